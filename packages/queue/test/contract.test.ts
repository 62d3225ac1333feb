import { JoinableQueue, LifoQueue, PriorityQueue, Queue, type ValueQueue } from '@manycore/queue';
import { repeat } from '@manycore/testing';
import { afterAll, describe, expect, test } from 'vitest';

import { byProducer } from './support/by-producer.js';
import { Workers } from './support/workers.js';

const modes = ['blocking', 'async', 'mixed'] as const;
type Mode = (typeof modes)[number];

/** How the party with this number waits. */
function modeOf(mode: Mode, party: number): string {
  if (mode === 'mixed') return party % 2 === 0 ? 'blocking' : 'async';
  return mode;
}

interface Shape {
  readonly name: string;
  readonly producers: number;
  readonly consumers: number;
  readonly count: number;
  readonly capacity: number;
  /** Every so many values, one of so many bytes. */
  readonly every: number;
  readonly bytes: number;
}

/** Whatever has an order of its own takes each value as a whole: these do for all kinds. */
const common: readonly Shape[] = [
  {
    name: 'one producer, one consumer',
    producers: 1,
    consumers: 1,
    count: 1500,
    capacity: 256 * 1024,
    every: 100,
    bytes: 10_000,
  },
  {
    name: 'three producers, three consumers',
    producers: 3,
    consumers: 3,
    count: 600,
    capacity: 256 * 1024,
    every: 100,
    bytes: 10_000,
  },
  {
    name: 'three and three, 16 KB',
    producers: 3,
    consumers: 3,
    count: 300,
    capacity: 16 * 1024,
    every: 50,
    bytes: 6000,
  },
];

const largerThanTheRing: readonly Shape[] = [
  {
    name: 'three and three, 16 KB, values larger than that',
    producers: 3,
    consumers: 3,
    count: 300,
    capacity: 16 * 1024,
    every: 50,
    bytes: 50_000,
  },
  {
    name: 'two and two, the smallest ring',
    producers: 2,
    consumers: 2,
    count: 300,
    capacity: 1024,
    every: 60,
    bytes: 3000,
  },
];

/** A kind of queue, and how its values are put and read by the fixtures. */
interface Kind {
  readonly name: string;
  readonly make: (options: { scope: 'threads' | 'processes'; capacity: number }) => ValueQueue<unknown>;
  readonly shapes: readonly Shape[];
  readonly produce: string;
  readonly consume: string;
  /** Whether the values of one producer come out in the order in which it put them. */
  readonly ordered: boolean;
}

const kinds: readonly Kind[] = [
  {
    name: 'Queue',
    make: (options) => new Queue(options),
    shapes: [...common, ...largerThanTheRing],
    produce: 'produce',
    consume: 'consume',
    ordered: true,
  },
  {
    name: 'JoinableQueue',
    make: (options) => new JoinableQueue(options),
    shapes: common.slice(1),
    produce: 'produce',
    consume: 'consumeAndFinish',
    ordered: true,
  },
  {
    name: 'LifoQueue',
    make: (options) => new LifoQueue(options),
    shapes: common.slice(1),
    produce: 'produce',
    consume: 'consume',
    ordered: false,
  },
  {
    // All of one priority: then the order is that of the puts.
    name: 'PriorityQueue',
    make: (options) => new PriorityQueue(options),
    shapes: common.slice(1),
    produce: 'produceEquals',
    consume: 'consumeEquals',
    ordered: true,
  },
];

describe.each(['threads', 'processes'] as const)('scope %s', (scope) => {
  const workers = new Workers(scope);
  afterAll(() => workers[Symbol.asyncDispose]());

  describe.each(kinds)('$name', (kind) => {
    describe.each(modes)('%s', (mode) => {
      test.each(kind.shapes)('$name: everything arrives once, and in order', (shape) =>
        repeat(() => pass(kind, mode, shape), { times: 1 })(),
      );
    });
  });

  async function pass(kind: Kind, mode: Mode, shape: Shape): Promise<void> {
    const { producers, consumers, count, capacity, every, bytes } = shape;
    const queue = kind.make({ scope, capacity });
    const members = await workers.members(producers + consumers);
    const consuming = members
      .slice(producers)
      .map((member, i) => member.tell<number[]>(kind.consume, queue, modeOf(mode, i + 1)));
    const producing = members
      .slice(0, producers)
      .map((member, i) =>
        member.tell(kind.produce, queue, i, count, modeOf(mode, i), every, bytes),
      );
    const consumed = Promise.all(consuming);
    // One that fails would leave the others waiting.
    const early = consumed.then(() => {
      throw new Error('the consumers ended before the queue was closed');
    });
    await Promise.race([Promise.all(producing), early]);
    early.catch(() => undefined);
    if (queue instanceof JoinableQueue) await queue.join();
    queue.close();
    const taken = await consumed;

    for (const list of kind.ordered ? taken : []) {
      for (const indices of byProducer(list, producers)) {
        expect(indices).toEqual(indices.toSorted((a, b) => a - b));
      }
    }
    const all = Array.from({ length: count }, (_, i) => i);
    for (const indices of byProducer(taken.flat(), producers)) {
      expect(indices.toSorted((a, b) => a - b)).toEqual(all);
    }
    expect(queue.size).toBe(0);
    expect(() => queue.tryGet()).toThrow('the queue is closed and empty');
    if (queue instanceof JoinableQueue) expect(queue.unfinished).toBe(0);
  }
});

import { Queue } from '@manycore/queue';
import { repeat } from '@manycore/testing';
import { afterAll, describe, expect, test } from 'vitest';

import { Crew } from './support/crew.js';

const manners = ['blocking', 'async', 'mixed'] as const;

/** How the party with this number waits. */
function mannerOf(manner: (typeof manners)[number], party: number): string {
  if (manner === 'mixed') return party % 2 === 0 ? 'blocking' : 'async';
  return manner;
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

const shapes: readonly Shape[] = [
  {
    name: 'one producer, one consumer',
    producers: 1,
    consumers: 1,
    count: 2000,
    capacity: 256 * 1024,
    every: 100,
    bytes: 10_000,
  },
  {
    name: 'three producers, three consumers',
    producers: 3,
    consumers: 3,
    count: 1000,
    capacity: 256 * 1024,
    every: 100,
    bytes: 10_000,
  },
  {
    name: 'three and three, a ring of 16 KB, values larger than it',
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

/** `[producer, index, producer, index, …]` → the indices of each producer, in order. */
function byProducer(taken: readonly number[], producers: number): number[][] {
  const found = Array.from({ length: producers }, (): number[] => []);
  for (let i = 0; i < taken.length; i += 2) found[taken[i] ?? -1]?.push(taken[i + 1] ?? -1);
  return found;
}

describe.each(['threads', 'processes'] as const)('scope %s', (scope) => {
  const crew = new Crew(scope);
  afterAll(() => crew[Symbol.asyncDispose]());

  describe.each(manners)('%s', (manner) => {
    test.each(shapes)(
      '$name: everything arrives once, in the order of each producer',
      (shape) => repeat(() => pass(shape), { times: 2 })(),
    );

    async function pass(shape: Shape): Promise<void> {
      const { producers, consumers, count, capacity, every, bytes } = shape;
      const queue = new Queue<unknown>({ scope, capacity });
      const members = await crew.members(producers + consumers);
      const consuming = members
        .slice(producers)
        .map((member, i) => member.tell<number[]>('consume', queue, mannerOf(manner, i + 1)));
      const producing = members
        .slice(0, producers)
        .map((member, i) =>
          member.tell('produce', queue, i, count, mannerOf(manner, i), every, bytes),
        );
      await Promise.all(producing);
      queue.close();
      const taken = await Promise.all(consuming);

      for (const list of taken) {
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
    }
  });
});

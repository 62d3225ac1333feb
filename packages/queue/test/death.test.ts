import { allocate, type Scope, type SharedBlock } from '@manycore/memory';
import { LifoQueue, pipe, Queue, type ValueQueue } from '@manycore/queue';
import { repeat } from '@manycore/testing';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, describe, expect, test } from 'vitest';

import { Workers } from './support/workers.js';

const producers = 2;
const consumers = 2;

/** What is between the parties, and which functions of the fixture use it. */
interface Between {
  readonly near: unknown;
  readonly far: unknown;
  readonly produce: string;
  readonly consume: string;
  /** Whether the values of one producer come out in the order in which it put them. */
  readonly ordered: boolean;
  /** After the producers have ended: lets the consumers end. */
  readonly close: () => void;
  readonly left: () => number;
}

type Make = (options: { scope: Scope; capacity: number; maxSize: number }) => Between;

const throughQueue =
  (make: (options: Parameters<Make>[0]) => ValueQueue<unknown>, ordered: boolean): Make =>
  (options) => {
    const queue = make(options);
    return {
      near: queue,
      far: queue,
      produce: 'produce',
      consume: 'consumeAndNote',
      ordered,
      close: () => queue.close(),
      left: () => queue.size,
    };
  };

const throughPipe: Make = ({ scope, capacity }) => {
  const [far, near] = pipe({ scope, capacity, duplex: false });
  return {
    near,
    far,
    produce: 'send',
    consume: 'receiveAndNote',
    ordered: true,
    // The consumers end when all producers are gone.
    close: () => near.close(),
    left: () => 0,
  };
};

const queueOf = throughQueue((options) => new Queue(options), true);

interface Setting {
  readonly name: string;
  readonly make: Make;
  readonly count: number;
  readonly capacity: number;
  readonly maxSize: number;
  readonly every: number;
  readonly bytes: number;
}

const settings: readonly Setting[] = [
  { name: 'small values', make: queueOf, count: 3000, capacity: 64 * 1024, maxSize: 0, every: 0, bytes: 0 },
  {
    name: 'values larger than the ring',
    make: queueOf,
    count: 120,
    capacity: 8 * 1024,
    maxSize: 0,
    every: 2,
    bytes: 40_000,
  },
  {
    name: 'a full queue',
    make: queueOf,
    count: 1500,
    capacity: 4 * 1024,
    maxSize: 3,
    every: 40,
    bytes: 2000,
  },
  {
    name: 'a stack',
    make: throughQueue((options) => new LifoQueue(options), false),
    count: 800,
    capacity: 16 * 1024,
    maxSize: 0,
    every: 40,
    bytes: 2000,
  },
  {
    name: 'a pipe',
    make: throughPipe,
    count: 800,
    capacity: 16 * 1024,
    maxSize: 0,
    every: 40,
    bytes: 20_000,
  },
];

/** What a consumer wrote down. */
function noted(block: SharedBlock): number[] {
  const { words } = block;
  return [...words.subarray(1, 1 + Atomics.load(words, 0))];
}

describe.each(['threads', 'processes'] as const)('scope %s', (scope) => {
  const workers = new Workers(scope);
  afterAll(() => workers[Symbol.asyncDispose]());

  describe.each(settings)('$name', (setting) => {
    test(
      'a producer is killed at some instant: the others go on',
      repeat((round) => run(setting, round, 'producer'), { times: 1 }),
    );

    test(
      'a consumer is killed at some instant: the others go on',
      repeat((round) => run(setting, round, 'consumer'), { times: 1 }),
    );
  });

  async function run(setting: Setting, round: number, victim: 'producer' | 'consumer'): Promise<void> {
    const { count, capacity, maxSize, every, bytes } = setting;
    const between = setting.make({ scope, capacity, maxSize });
    const { near, far, produce, consume } = between;
    const members = await workers.members(producers + consumers);
    const logs = Array.from({ length: consumers }, () =>
      allocate((producers * count + 1) * 4, scope),
    );
    const mode = (party: number): string => ((party + round) % 2 === 0 ? 'blocking' : 'async');
    const consuming = members
      .slice(producers)
      .map((member, i) => member.tell(consume, far, mode(i), logs[i]));
    const producing = members
      .slice(0, producers)
      .map((member, i) => member.tell(produce, near, i, count, mode(i + 1), every, bytes));

    // Somewhere in the middle of it: as soon as a random number of values has come through.
    const awaited = 1 + Math.floor(Math.random() * count * 0.8);
    while (logs.reduce((sum, block) => sum + Atomics.load(block.words, 0), 0) < awaited) {
      await sleep(Math.random());
    }
    const place = victim === 'producer' ? 0 : producers;
    const dead = members[place];
    if (dead) await workers.kill(dead);

    await Promise.all(producing.slice(victim === 'producer' ? 1 : 0));
    between.close();
    await Promise.all(consuming.slice(victim === 'consumer' ? 1 : 0));

    const lists = logs.map(noted);
    for (let producer = 0; producer < producers; producer += 1) {
      const own = lists.map((list) =>
        list.filter((id) => Math.floor(id / 1_000_000) === producer).map((id) => id % 1_000_000),
      );
      for (const list of between.ordered ? own : []) {
        expect(list).toEqual(list.toSorted((a, b) => a - b));
      }
      const all = own.flat().sort((a, b) => a - b);
      expect(new Set(all).size).toBe(all.length);
      const isVictim = victim === 'producer' && producer === 0;
      const expected = isVictim ? (all.at(-1) ?? -1) + 1 : count;
      // One value may have been in the hands of the dead consumer.
      expect(expected - all.length).toBeLessThanOrEqual(victim === 'consumer' ? 1 : 0);
    }
    const lost = producers * count - lists.flat().length;
    if (victim === 'consumer') expect(lost).toBeLessThanOrEqual(1);
    expect(between.left()).toBe(0);
  }
});

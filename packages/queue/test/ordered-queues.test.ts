import { LifoQueue, PriorityQueue, QueueClosedError } from '@manycore/queue';
import { repeat } from '@manycore/testing';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';

import { Workers } from './support/workers.js';

describe.each(['threads', 'processes'] as const)('scope %s', (scope) => {
  const workers = new Workers(scope);
  afterAll(() => workers[Symbol.asyncDispose]());

  test('LifoQueue: the last one first', async () => {
    const stack = new LifoQueue<unknown>({ scope });
    const values = [1, 'two', { three: 3 }, new Uint8Array(1000).fill(4), 'é'.repeat(500)];
    for (const value of values) await stack.put(value);
    expect(stack.size).toBe(values.length);
    for (const value of values.toReversed()) expect(await stack.get()).toEqual(value);
    expect(stack.tryGet()).toBeUndefined();
  });

  test('PriorityQueue: the lowest first, among equals the first one', async () => {
    const queue = new PriorityQueue<string>({ scope });
    await queue.put([2, 'c']);
    await queue.put([-1.5, 'a']);
    queue.putSync([2, 'd']);
    expect(queue.tryPut([Infinity, 'e'])).toBe(true);
    await queue.put([0, 'b']);
    const order = Array.from({ length: 5 }, () => queue.getSync());
    expect(order.map(([, value]) => value).join('')).toBe('abcde');
  });

  test('any sequence of puts and gets does what a sorted list does', async () => {
    const step = fc.oneof(
      fc.tuple(fc.integer({ min: -3, max: 3 }), fc.string({ maxLength: 300 })),
      fc.constant(undefined),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
        const queue = new PriorityQueue<string>({ scope: 'threads', capacity: 4096 });
        const model: (readonly [number, string])[] = [];
        for (const next of steps) {
          if (!next) {
            const first = model.toSorted(([a], [b]) => a - b)[0];
            expect(queue.tryGet()).toEqual(first);
            if (first) model.splice(model.indexOf(first), 1);
          } else if (queue.tryPut(next)) {
            model.push(next);
          } else {
            await expect(queue.put(next, { timeout: 0 })).rejects.toThrow('no room');
          }
          expect(queue.size).toBe(model.length);
        }
      }),
      { numRuns: 100 },
    );
  });

  test.each([
    ['LifoQueue', () => new LifoQueue<unknown>({ scope, maxSize: 1 })],
    ['PriorityQueue', () => new PriorityQueue<unknown>({ scope, maxSize: 1 })],
  ] as const)('%s waits, closes, and refuses like any queue', async (_, make) => {
    const queue = make() as LifoQueue<readonly [number, unknown]>;
    const getting = queue.get();
    await queue.put([1, 'x']);
    expect(await getting).toEqual([1, 'x']);
    await queue.put([2, 'y']);
    expect([queue.full, queue.tryPut([3, 'z'])]).toEqual([true, false]);
    const putting = queue.put([3, 'z']);
    expect(queue.getSync()).toEqual([2, 'y']);
    await putting;
    queue.close();
    await expect(queue.put([4, ''])).rejects.toThrow(QueueClosedError);
    expect([...queue]).toEqual([[3, 'z']]);
    await expect(queue.get()).rejects.toThrow(QueueClosedError);
  });

  test('a value that cannot fit anywhere is refused, and the queue goes on', async () => {
    const stack = new LifoQueue<unknown>({ scope, capacity: 4096 });
    await expect(stack.put(new Uint8Array(5000))).rejects.toThrow(
      /a value of 5000 bytes does not fit into a queue with room for 3072: give it a capacity of 6784/,
    );
    expect(() => stack.tryPut(new Uint8Array(5000))).toThrow(RangeError);
    await stack.put(new Uint8Array(3072).fill(1));
    expect(await stack.get()).toEqual(new Uint8Array(3072).fill(1));
  });

  test('what has no priority is refused', async () => {
    const queue = new PriorityQueue<string>({ scope });
    await expect(queue.put('x' as never)).rejects.toThrow('pairs of a number and a value');
    await expect(queue.put([NaN, 'x'])).rejects.toThrow('a priority must be a number, not NaN');
  });

  test.each(['LifoQueue', 'PriorityQueue'])(
    '%s between several: everything arrives once, though one is killed',
    repeat(async (round: number) => {
      const Kind = round % 2 === 0 ? LifoQueue : PriorityQueue;
      const queue = new Kind<unknown>({ scope, capacity: 16 * 1024 }) as LifoQueue<unknown>;
      const [victim, ...members] = await workers.members(5);
      const wasPut = victim?.tell('producePairs', queue, 9, 100_000, 'blocking');
      const producing = members
        .slice(0, 2)
        .map((member, i) =>
          member.tell('producePairs', queue, i, 300, i % 2 === 0 ? 'blocking' : 'async'),
        );
      const consuming = members
        .slice(2)
        .map((member, i) =>
          member.tell<number[]>('consumePairs', queue, i % 2 === 0 ? 'blocking' : 'async'),
        );
      await producing[0];
      if (victim) await workers.kill(victim);
      await expect(wasPut).rejects.toThrow('is gone');
      await producing[1];
      queue.close();
      const taken = (await Promise.all(consuming)).flat();
      expect(new Set(taken).size).toBe(taken.length);
      for (const producer of [0, 1]) {
        const own = taken.filter((id) => Math.floor(id / 1_000_000) === producer);
        expect(own.length).toBe(300);
      }
      const victims = taken.filter((id) => id >= 9_000_000).map((id) => id - 9_000_000);
      expect(Math.max(-1, ...victims) + 1).toBe(victims.length);
      expect(queue.size).toBe(0);
    }),
  );
});

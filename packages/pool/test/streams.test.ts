import { Readable } from 'node:stream';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { PoolTerminatedError, type ResultIterator, TimeoutError } from '@manycore/pool';
import { expectNoLeaks, mediumDelay, portable, repeatRounds, shortDelay, smallDelay, until } from '@manycore/testing';
import { describe, expect, test } from 'vitest';
import * as work from './fixtures/work.mjs';
import { poolKindsAndTransports, startSharing, withPool } from './pool-kinds.js';
import { Endless } from './stream-kit.js';

expectNoLeaks({ prepare: startSharing });

async function take<T>(results: ResultIterator<T>, count: number): Promise<T[]> {
  const taken: T[] = [];
  for await (const result of results) {
    taken.push(result);
    if (taken.length === count) break;
  }
  return taken;
}

/** Prints how many MB are reachable on the heap, and those of the whole process; returns the former. */
function measureMemory(when: string): number {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
  const { heapUsed, rss } = process.memoryUsage();
  const heap = heapUsed / 2 ** 20;
  if (repeatRounds) console.log(`${when}: heap ${heap.toFixed(1)} MB, RSS ${(rss / 2 ** 20).toFixed(0)} MB`);
  return heap;
}

describe.each(poolKindsAndTransports)('%s: streams', (_name, make) => {
  test('imap keeps the order, imapUnordered does not', async () => {
    await withPool(make({ workers: 2, minWorkers: 2 }), async (pool) => {
      await until(() => pool.stats().workers.idle === 2);
      const slow = [mediumDelay, 1, 1, 1];
      expect(await take(pool.imap(work.sleep, slow), 9)).toEqual(slow);
      expect(await take(pool.imapUnordered(work.sleep, slow), 9)).toEqual([1, 1, 1, mediumDelay]);
      expect(await take(pool.imap(work.square, [1, 2, 3, 4, 5], { chunkSize: 2 }), 9)).toEqual([
        1, 4, 9, 16, 25,
      ]);
      expect(await take(pool.imap(work.square, []), 9)).toEqual([]);
    });
  });

  test.each(['sync', 'async'] as const)('an endless input (%s) is read as its results are taken', async (how) => {
    await withPool(make({ workers: 2 }), async (pool) => {
      const input = new Endless();
      const results = pool.imap(work.square, input[how](), { chunkSize: 3, readAhead: 6 });
      expect(await take(results, 4)).toEqual([1, 4, 9, 16]);
      await until(() => input.closed);
      expect(input.read).toBeLessThanOrEqual(4 + 6 + 3);
    });
  });

  test('an input is not read further than the read-ahead while no result is taken', async () => {
    await withPool(make({ workers: 2 }), async (pool) => {
      const input = new Endless();
      const results = pool.imap(work.square, input.sync(), { readAhead: 5 });
      await until(() => pool.stats().tasks.succeeded === 5);
      expect(input.read).toBe(5);
      await results.return();
      expect(input.closed).toBe(true);
    });
  });

  test.skipIf(portable)('a long input needs no more memory than a short one', { timeout: 3_600_000 }, async () => {
    // `REPEAT=10` for ten million items.
    const count = 100_000 * (repeatRounds ?? 1) ** 2;
    await withPool(make({ workers: 2 }), async (pool) => {
      const input = new Endless();
      const limit = 8 * 1000;
      const heaps: number[] = [];
      let taken = 0;
      let furthest = 0;
      for await (const result of pool.imap(work.square, input.async(), { chunkSize: 1000 })) {
        taken += 1;
        // Not by `expect`, which would take most of the time.
        if (result !== taken * taken) throw new Error(`result ${taken} is ${result}`);
        furthest = Math.max(furthest, input.read - taken);
        if (taken % (count / 10) === 0) heaps.push(measureMemory(`${pool.name}: ${taken} items`));
        if (taken === count) break;
      }
      expect(furthest).toBeLessThanOrEqual(limit + 1000);
      // The first tenth has brought all that stays: compiled code, the workers, the read-ahead.
      expect(Math.max(...heaps)).toBeLessThan((heaps[0] ?? 0) + 8);
    });
  });

  test('an error ends the iteration, after the results before it', async () => {
    await withPool(make({ workers: 2 }), async (pool) => {
      for (const chunkSize of [1, 3]) {
        const input = new Endless();
        const seen: number[] = [];
        const even = (function* () {
          yield* [0, 2, 4, 6, 7];
          yield* input.sync();
        })();
        const results = pool.imap(work.failOnOdd, even, { chunkSize });
        await expect(
          (async () => {
            for await (const result of results) seen.push(result);
          })(),
        ).rejects.toThrow('odd: 7');
        expect(seen).toEqual([0, 2, 4, 6]);
        expect(await results.next()).toEqual({ done: true, value: undefined });
        expect(input.closed || input.read === 0).toBe(true);
      }
    });
  });

  test('an error of the input comes after the results before it', async () => {
    await withPool(make({ workers: 2 }), async (pool) => {
      const input = (function* () {
        yield 1;
        yield 2;
        throw new RangeError('no more');
      })();
      const results = pool.imap(work.square, input);
      expect([(await results.next()).value, (await results.next()).value]).toEqual([1, 4]);
      await expect(results.next()).rejects.toThrow('no more');
      expect(await results.next()).toEqual({ done: true, value: undefined });
    });
  });

  test('an input may end after its last result was taken, or be empty', async () => {
    await withPool(make({ workers: 1 }), async (pool) => {
      let end: (() => void) | undefined;
      const late = (async function* () {
        yield 3;
        await new Promise<void>((resolve) => (end = resolve));
      })();
      const results = pool.imap(work.square, late);
      expect(await results.next()).toEqual({ done: false, value: 9 });
      const last = results.next();
      await until(() => end !== undefined);
      end?.();
      expect(await last).toEqual({ done: true, value: undefined });
      const empty = pool.imapUnordered(work.square, Readable.from([]) as AsyncIterable<number>);
      expect(await empty.next()).toEqual({ done: true, value: undefined });
    });
  });

  test('an input that is not needed any more is closed, whatever ended it', async () => {
    await withPool(make({ workers: 1 }), async (pool) => {
      const endless = new Endless();
      const mapped = pool.map(work.square, endless.async(), { timeout: smallDelay });
      await expect(mapped).rejects.toThrow(TimeoutError);
      await until(() => endless.closed);

      const next = (): Promise<never> => Promise.reject(new Error('this is never read'));
      const failing = { [Symbol.asyncIterator]: () => ({ next }) };
      const signal = AbortSignal.abort(new Error('too early'));
      await expect(pool.map(work.square, failing, { signal })).rejects.toThrow('too early');

      const controller = new AbortController();
      let closed = false;
      const aborting = (function* () {
        try {
          yield 1;
          controller.abort(new Error('by the input'));
          for (;;) yield 2;
        } finally {
          closed = true;
        }
      })();
      const results = pool.imap(work.square, aborting, { signal: controller.signal });
      await expect(take(results, 9)).rejects.toThrow('by the input');
      expect(closed).toBe(true);
    });
  });

  test('next may time out, and no result is lost', async () => {
    await withPool(make({ workers: 1 }), async (pool) => {
      const results = pool.imap(work.sleep, [smallDelay, 1]);
      await expect(results.next({ timeout: 1 })).rejects.toThrow(TimeoutError);
      expect(await results.next()).toEqual({ done: false, value: smallDelay });
      expect(await results.next({ timeout: 20_000 })).toEqual({ done: false, value: 1 });
      expect(await results.next()).toEqual({ done: true, value: undefined });
    });
  });

  test('a timeout or an abort ends the iteration, also while no result is taken', async () => {
    await withPool(make({ workers: 1, graceTime: 10 }), async (pool) => {
      const input = new Endless();
      const results = pool.imap(work.square, input.sync(), { timeout: shortDelay });
      await until(() => input.closed);
      await expect(results.next()).rejects.toThrow(TimeoutError);
      expect(await results.next()).toEqual({ done: true, value: undefined });

      const controller = new AbortController();
      const stopped = pool.imap(work.spin, [1, 2], { signal: controller.signal });
      const next = stopped.next();
      controller.abort(new Error('enough'));
      await expect(next).rejects.toThrow('enough');
      expect(await pool.apply(work.square, [3])).toBe(9);
    });
  });

  test('a closed pool finishes its streams, taken or not', async () => {
    const pool = make({ workers: 2 });
    const items = Array.from({ length: 50 }, (_, index) => index);
    const taken = pool.imap(work.square, items);
    const first = await taken.next();
    pool.close();
    await pool.join();
    expect([first.value, ...(await take(taken, 99))]).toEqual(items.map((n) => n * n));
  });

  test('a terminated pool ends them', async () => {
    const pool = make({ workers: 1 });
    const input = new Endless();
    const results = pool.imap(work.square, input.sync());
    await results.next();
    await pool.terminate();
    await expect(take(results, 99)).rejects.toThrow(PoolTerminatedError);
    expect(input.closed).toBe(true);
  });

  test('several calls of next may wait at once, and progress is reported', async () => {
    await withPool(make({ workers: 2 }), async (pool) => {
      const dones: (number | undefined)[][] = [];
      const results = pool.imap(work.square, [1, 2, 3], {
        onProgress: ({ done, total }) => dones.push([done, total]),
      });
      const nexts = [results.next(), results.next(), results.next(), results.next()];
      expect(await Promise.all(nexts)).toEqual([
        { done: false, value: 1 },
        { done: false, value: 4 },
        { done: false, value: 9 },
        { done: true, value: undefined },
      ]);
      expect(dones).toEqual([
        [1, 3],
        [2, 3],
        [3, 3],
      ]);
    });
  });
});

// How streams end: by the pool's end, by their consumer, or not at all.
import { type Pool, PoolClosedError, PoolTerminatedError } from '@manycore/pool';
import { collectGarbage, expectNoLeaks, repeat, until } from '@manycore/testing';
import { describe, expect, test } from 'vitest';
import * as work from './fixtures/work.mjs';
import { errorOf, poolKinds, startSharing, withPool } from './pool-kinds.js';
import { drain, Endless } from './stream-kit.js';

expectNoLeaks({ prepare: startSharing });

type Ending = readonly [how: string, end: (pool: Pool) => Promise<void>];
const endings: readonly Ending[] = [
  ['close and join', async (pool) => {
    pool.close();
    await pool.join();
  }],
  ['await using', (pool) => pool[Symbol.asyncDispose]()],
];
const inputs = ['sync', 'async', 'stuck'] as const;
const streams = ['imap', 'imapUnordered'] as const;

describe.each(poolKinds)('%s: a pool ends with its streams', (_name, make) => {
  for (const [how, end] of endings) {
    test.each(inputs)(`${how}: the input (%s) of an abandoned stream is closed`, async (kind) => {
      for (const call of streams) {
        const pool = make({ workers: 2 });
        const input = new Endless();
        const results = pool[call](work.square, input[kind](), { readAhead: 4 });
        expect(await results.next()).toMatchObject({ done: false });
        await end(pool);
        const { read } = input;
        expect(input.closed).toBe(true);
        expect(pool.stats().workers.live).toBe(0);
        // What was read was done, and is there; then comes the reason why there is no more.
        const rest = await drain(results);
        expect(rest.at(-1)).toBe('!PoolClosedError');
        expect(rest.length - 1).toBeGreaterThanOrEqual(Math.min(read, 4) - 2);
        expect(rest.length - 1).toBeLessThanOrEqual(4);
        expect(input.read).toBe(read);
      }
    });

    test(`${how}: what lies in memory is run to its end, taken or not`, async () => {
      const numbers = Array.from({ length: 60 }, (_, index) => index);
      const collections: Iterable<number>[] = [
        numbers,
        new Set(numbers),
        new Map(numbers.map((n) => [n, n])).keys(),
        Int32Array.from(numbers),
        numbers.values(),
      ];
      const pool = make({ workers: 2 });
      const all = collections.map((items) => pool.imap(work.square, items, { readAhead: 2 }));
      await end(pool);
      for (const results of all) expect(await drain(results)).toEqual(numbers.map((n) => n * n));
    });
  }

  test('the error names the function, the items and the way out', async () => {
    const pool = make({ workers: 1, name: 'cutter' });
    const results = pool.imap(work.square, new Endless().sync(), { readAhead: 3 });
    await pool[Symbol.asyncDispose]();
    const errors = [await results.next(), await results.next(), await results.next()];
    expect(errors.map(({ value }) => value)).toEqual([1, 4, 9]);
    const error = await errorOf(results.next());
    expect(error).toBeInstanceOf(PoolClosedError);
    expect(error.message).toBe(
      'the input of `square` was read no further than 3 items, because cutter was joined; ' +
        'take all results before, or give the items as an array',
    );
    expect(await results.next()).toEqual({ done: true, value: undefined });
  });

  test('a consumer that waits for an input that gives nothing gets the error', async () => {
    const pool = make({ workers: 1 });
    const results = pool.imap(work.square, new Endless().stuck());
    const seen = drain(results);
    await until(() => pool.stats().tasks.succeeded === 2);
    await pool[Symbol.asyncDispose]();
    expect(await seen).toEqual([1, 4, '!PoolClosedError']);
  });

  test('a loop in the middle of an input gets the error when its pool is joined', repeat(async (round) => {
    const pool = make({ workers: 2 });
    const input = new Endless();
    const seen: number[] = [];
    const loop = errorOf(
      (async () => {
        for await (const result of pool.imap(work.square, input.async())) seen.push(result);
      })(),
    );
    await until(() => seen.length >= round);
    await pool[Symbol.asyncDispose]();
    expect(await loop).toBeInstanceOf(PoolClosedError);
    expect(seen).toEqual(seen.map((_, index) => (index + 1) ** 2));
    expect(input.closed).toBe(true);
  }));

  test('close alone lets a stream be read to its end', async () => {
    const pool = make({ workers: 2 });
    const input = new Endless();
    const results = pool.imap(work.square, input.sync(), { readAhead: 2 });
    pool.close();
    for (let n = 1; n <= 30; n += 1) expect((await results.next()).value).toBe(n * n);
    await results.return();
    expect(input.closed).toBe(true);
    await pool.join();
  });

  test('terminate ends a stream whose input gives nothing', async () => {
    const pool = make({ workers: 1 });
    const input = new Endless();
    const results = pool.imap(work.square, input.stuck());
    const mapped = errorOf(pool.map(work.square, new Endless().stuck()));
    await pool.terminate();
    expect(input.closed).toBe(true);
    await expect(results.next()).rejects.toThrow(PoolTerminatedError);
    expect(await mapped).toBeInstanceOf(PoolTerminatedError);
  });

  test('a loop that is left closes the input, also one that gives nothing', async () => {
    await withPool(make({ workers: 1 }), async (pool) => {
      const input = new Endless();
      for await (const result of pool.imap(work.square, input.stuck(), { readAhead: 9 })) {
        if (result === 4) break;
      }
      expect(input.closed).toBe(true);
      const thrown = new Endless();
      const loop = async (): Promise<void> => {
        for await (const result of pool.imap(work.square, thrown.async())) throw new Error(`${result}`);
      };
      await expect(loop()).rejects.toThrow('1');
      await until(() => thrown.closed);
    });
  });

  test('an iterator that was collected does not keep a closed pool open', async () => {
    const pool = make({ workers: 1 });
    const endless = new Endless();
    const begin = async (): Promise<Promise<IteratorResult<number>>[]> => {
      await pool.imap(work.square, endless.sync(), { readAhead: 2 }).next();
      pool.imap(work.square, [1, 2, 3, 4, 5, 6], { readAhead: 2 });
      // The iterator of a `next()` that is pending may be collected; the answer comes all the same.
      return [pool.imap(work.sleep, [1, 2]).next()];
    };
    const [pending] = await begin();
    pool.close();
    await until(() => {
      collectGarbage();
      return endless.closed && pool.stats().workers.live === 0;
    });
    expect(await pending).toEqual({ done: false, value: 1 });
    // Each of them to the end: at most three of the endless one, six, two.
    expect(pool.stats().tasks.succeeded).toBeGreaterThanOrEqual(2 + 6 + 2);
    expect(endless.read).toBeLessThanOrEqual(3);
    await pool.join();
  });

  test('an input may close and join its own pool', async () => {
    const pool = make({ workers: 1 });
    let joined: Promise<void> | undefined;
    const closing = (function* () {
      yield 1;
      pool.close();
      joined = pool.join();
      yield 2;
    })();
    expect(await drain(pool.imap(work.square, closing))).toEqual([1, '!PoolClosedError']);
    await joined;

    const mapping = make({ workers: 1 });
    const items = (function* () {
      mapping.close();
      yield* [1, 2];
    })();
    expect(await mapping.map(work.square, items)).toEqual([1, 4]);
    await mapping.join();
  });
});

// What is nested too deeply for the stack of the side that receives it fails its call, and no other.
import { type Pool, type PoolOptions, ProcessPool, ThreadPool } from '@manycore/pool';
import { expectNoLeaks, importNatively, repeat, until } from '@manycore/testing';
import { describe, expect, test } from 'vitest';
import { errorOf, startSharing, withPool } from './pool-kinds.js';

expectNoLeaks({ prepare: startSharing });

const module = new URL('../../core/test/fixtures/targets/deep.mjs', import.meta.url).href;
const deep = await importNatively<{ nest(depth: number): unknown }>(new URL(module));
const nest = { module, name: 'nest' } as unknown as (depth: number) => unknown;
const depthOf = { module, name: 'depthOf' } as unknown as (value: unknown) => number;
const unreadable = { name: 'NotCloneableError', code: 'MANYCORE_NOT_CLONEABLE' };

/** What a promise resolves with, or the name of what it rejects with. */
function outcomeOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.catch((error: unknown) => (error as Error).name);
}

type Make = (options?: PoolOptions) => Pool;
/** Pools whose workers have more stack than this thread, and less. */
const kinds: readonly (readonly [string, Make, Make])[] = [
  [
    'ThreadPool',
    (options) => new ThreadPool({ ...options, resourceLimits: { stackSizeMb: 8 } }),
    (options) => new ThreadPool({ ...options, resourceLimits: { stackSizeMb: 0.5 } }),
  ],
  [
    'ProcessPool',
    (options) => new ProcessPool({ ...options, execArgv: ['--stack-size=4000'] }),
    (options) => new ProcessPool({ ...options, execArgv: ['--stack-size=300'] }),
  ],
];

describe.each(kinds)('%s', (_, withMoreStack, withLessStack) => {
  test('results: the call is refused, and the worker is free again', async () => {
    await withPool(withMoreStack({ workers: 1 }), async (pool) => {
      for (const depth of [8_000, 10_000, 12_000]) {
        expect(await errorOf(pool.apply(nest, [depth]))).toMatchObject(unreadable);
        expect(await errorOf(pool.map(nest, [1, depth]))).toMatchObject(unreadable);
        expect(await errorOf(pool.imap(nest, [depth]).next())).toMatchObject(unreadable);
        expect(await errorOf(pool.submit(nest, depth).result())).toMatchObject(unreadable);
      }
      expect(await pool.apply(nest, [2])).toEqual([['core']]);
      expect(pool.stats().workers.started).toBe(1);
    });
  });

  test('results of many calls at a time, deep ones and others', repeat(async () => {
    await withPool(withMoreStack({ workers: 2 }), async (pool) => {
      const depths = Array.from({ length: 60 }, (_unused, i) => (i % 3 === 0 ? 8_000 : 3));
      const outcomes = await Promise.allSettled(depths.map((depth) => pool.apply(nest, [depth])));
      expect(outcomes.map(({ status }) => status)).toEqual(
        depths.map((depth) => (depth === 3 ? 'fulfilled' : 'rejected')),
      );
      await until(() => pool.stats().tasks.running === 0);
    });
  }));

  test('arguments: the call is refused by the worker, which is free again', async () => {
    await withPool(withLessStack({ workers: 1 }), async (pool) => {
      const value = deep.nest(2_000);
      const error = await errorOf(pool.apply(depthOf, [value]));
      expect(error).toMatchObject(unreadable);
      expect(error.message).toMatch(/cannot be read.*(call stack|too deeply)/);
      expect(await errorOf(pool.map(depthOf, [value, []]))).toMatchObject(unreadable);
      expect(await pool.apply(depthOf, [deep.nest(3)])).toBe(3);
      expect(pool.stats().workers.started).toBe(1);
    });
  });

  test('several tasks in a worker: what cannot be read is told from the others', repeat(async () => {
    await withPool(withLessStack({ workers: 1, concurrency: 4 }), async (pool) => {
      const value = deep.nest(2_000);
      const depths = Array.from({ length: 24 }, (_unused, i) => (i % 3 === 0 ? 2_000 : 3));
      const outcomes = await Promise.all(
        depths.map((depth) => outcomeOf(pool.apply(depthOf, [depth === 3 ? deep.nest(3) : value]))),
      );
      expect(outcomes).toEqual(depths.map((depth) => (depth === 3 ? 3 : 'NotCloneableError')));
      expect(pool.stats().workers.started).toBe(1);
    });
    await withPool(withMoreStack({ workers: 1, concurrency: 4 }), async (pool) => {
      const depths = Array.from({ length: 24 }, (_unused, i) => (i % 3 === 0 ? 8_000 : 2));
      const outcomes = await Promise.all(depths.map((depth) => outcomeOf(pool.apply(nest, [depth]))));
      expect(outcomes).toEqual(depths.map((depth) => (depth === 2 ? [['core']] : 'NotCloneableError')));
      expect(pool.stats().workers.started).toBe(1);
    });
  }));

  test('items that the worker can read arrive, however deep', async () => {
    await withPool(withMoreStack({ workers: 1 }), async (pool) => {
      const items = [deep.nest(500), deep.nest(1)];
      expect(await pool.map(depthOf, items, { chunkSize: 2 })).toEqual([500, 1]);
      expect(pool.mapSync(depthOf, items, { chunkSize: 2 })).toEqual([500, 1]);
    });
  });

  test('initArgs: the pool is broken, and says why', async () => {
    const pool = withLessStack({
      workers: 1,
      initializer: depthOf,
      initArgs: [deep.nest(2_000)],
    } as never);
    const error = await errorOf(pool.apply(depthOf, [1]));
    expect(error).toMatchObject({ name: 'BrokenPoolError', cause: unreadable });
    await pool.terminate();
  });

  test('blocking calls', async () => {
    await withPool(withMoreStack({ workers: 1 }), (pool) => {
      expect(() => pool.applySync(nest, [8_000])).toThrow(expect.objectContaining(unreadable) as Error);
      expect(() => pool.mapSync(nest, [1, 8_000])).toThrow(expect.objectContaining(unreadable) as Error);
      expect(pool.applySync(nest, [1])).toEqual(['core']);
    });
  });
});

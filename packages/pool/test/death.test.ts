import { BrokenPoolError, WorkerDiedError } from '@manycore/pool';
import { expectNoLeaks, smallDelay } from '@manycore/testing';
import { describe, expect, test } from 'vitest';
import * as work from './fixtures/work.mjs';
import { errorOf, poolKindsAndTransports, startSharing, withPool } from './pool-kinds.js';

expectNoLeaks({ prepare: startSharing });

describe.each(poolKindsAndTransports)('%s: death', (_name, make) => {
  test('a worker’s death fails only its task, and it is replaced', async () => {
    await withPool(make({ workers: 2 }), async (pool) => {
      const bystander = pool.apply(work.slowWhoAmI, [smallDelay]);
      const error = await errorOf(pool.apply(work.exit, [3]));
      expect(error).toBeInstanceOf(WorkerDiedError);
      expect(error).toMatchObject({ exitCode: 3, signal: undefined });
      expect(await pool.map(work.square, [1, 2, 3])).toEqual([1, 4, 9]);
      expect(await bystander).toMatch(/\d/);
    });
  });

  test('an uncaught error is the cause of the death', async () => {
    await withPool(make({ workers: 1 }), async (pool) => {
      for (const fn of [work.throwLater, work.rejectUnhandled]) {
        const error = await errorOf(pool.apply(fn));
        expect(error).toBeInstanceOf(WorkerDiedError);
        expect(error).toMatchObject({ exitCode: 1, cause: { name: 'RangeError' } });
      }
      expect(await pool.apply(work.square, [3])).toBe(9);
    });
  });

  test('an initializer runs once in each worker, before its tasks', async () => {
    const pool = make({ workers: 2, initializer: work.initialise, initArgs: ['ready'] });
    await withPool(pool, async () => {
      const texts = await pool.map(work.readInitialised, [1, 2, 3, 4]);
      expect(texts).toEqual(['ready', 'ready', 'ready', 'ready']);
    });
  });

  test.each([
    ['throws', work.failToInitialise, 'RangeError', 'no database'],
    ['ends the worker', work.dieToInitialise, 'WorkerDiedError', 'exit code 4'],
    ['hangs', work.hangToInitialise, 'TimeoutError', 'not ready'],
  ])('an initializer that %s breaks the pool', async (_what, initializer, cause, text) => {
    const startTimeout = cause === 'TimeoutError' ? smallDelay : 60_000;
    const pool = make({ workers: 1, initializer, startTimeout });
    const results = [1, 2, 3].map((n) => pool.applyAsync(work.square, [n]));
    for (const result of results) {
      const error = await errorOf(result);
      expect(error).toBeInstanceOf(BrokenPoolError);
      expect(error).toMatchObject({ cause: { name: cause } });
      expect(error.message).toContain(text);
    }
    await expect(pool.apply(work.square, [1])).rejects.toThrow(BrokenPoolError);
    pool.close();
    await pool.join();
  });
});

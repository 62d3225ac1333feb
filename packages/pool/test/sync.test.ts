import { PoolClosedError, TimeoutError, WorkerDiedError } from '@manycore/pool';
import { expectNoLeaks, smallDelay } from '@manycore/testing';
import { describe, expect, test } from 'vitest';
import * as work from './fixtures/work.mjs';
import { applySyncInside, mapInside } from './fixtures/nested.mjs';
import { poolKinds, startSharing, withPool } from './pool-kinds.js';

expectNoLeaks({ prepare: startSharing });

describe.each(poolKinds)('%s: blocking calls', (name, make) => {
  test('applySync and mapSync return the result itself', async () => {
    await withPool(make({ workers: 2 }), (pool) => {
      expect(pool.applySync(work.add, [2, 3])).toBe(5);
      expect(pool.applySync(work.laterSquare, [9])).toBe(81);
      pool.applySync(work.nothing);
      expect(pool.mapSync(work.square, new Set([1, 2, 3]))).toEqual([1, 4, 9]);
      expect(pool.mapSync(work.laterSquare, [], { chunkSize: 2 })).toEqual([]);
    });
  });

  test('errors arrive with their properties, deaths and timeouts by name', async () => {
    await withPool(make({ workers: 1, graceTime: 10 }), (pool) => {
      const failure = expect.objectContaining({ message: 'no', code: 'E_TEST' }) as Error;
      expect(() => pool.applySync(work.fail, ['no'])).toThrow(failure);
      expect(() => pool.applySync(work.fail, ['no'])).toThrow(RangeError);
      expect(() => pool.applySync(work.exit, [3])).toThrow(WorkerDiedError);
      expect(() => pool.applySync(work.spin, [], { timeout: smallDelay })).toThrow(TimeoutError);
      expect(() => pool.mapSync(work.failOnOdd, [0, 1])).toThrow('odd: 1');
      expect(() => pool.applySync(work.same, [() => 1])).toThrow('args[0]');
      expect(() => pool.applySync(work.notCloneable)).toThrow('result.inner[0]');
      expect(pool.applySync(work.square, [3])).toBe(9);
    });
  });

  test('they run beside the async ones, and end with the pool', async () => {
    const pool = make({ workers: 1 });
    const later = pool.apply(work.square, [2]);
    expect(pool.applySync(work.square, [3])).toBe(9);
    expect(await later).toBe(4);
    pool.close();
    expect(() => pool.applySync(work.square, [3])).toThrow(PoolClosedError);
    await pool.join();

    const other = make({ workers: 1 });
    other.applySync(work.nothing);
    await other.terminate();
  });

  test('a signal is refused: nothing could abort a blocking call', async () => {
    await withPool(make({ workers: 1 }), (pool) => {
      const options = { signal: new AbortController().signal };
      expect(() => pool.applySync(work.nothing, [], options as never)).toThrow('do not support `signal`');
    });
  });

  test('a pool inside a worker of a pool works, blocking or not', async () => {
    await withPool(make({ workers: 1 }), async (pool) => {
      expect(await pool.apply(applySyncInside, [name, 4])).toBe(16);
      expect(await pool.apply(mapInside, [name, [1, 2, 3]])).toEqual([1, 4, 9]);
      expect(pool.applySync(applySyncInside, [name, 5])).toBe(25);
    });
  });

  test('a pool cannot be sent to its own task: no call can wait for itself', async () => {
    await withPool(make({ workers: 1 }), async (pool) => {
      await expect(pool.apply(work.same, [pool])).rejects.toThrow(`a ${name} cannot be sent`);
      expect(() => pool.applySync(work.same, [{ deep: [pool] }])).toThrow('could wait for itself');
    });
  });
});

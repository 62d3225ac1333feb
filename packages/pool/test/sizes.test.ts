import { PoolFullError, TimeoutError } from '@manycore/pool';
import { expectNoLeaks, shortDelay, until } from '@manycore/testing';
import { describe, expect, test } from 'vitest';
import * as work from './fixtures/work.mjs';
import { poolKinds, startSharing, withPool } from './pool-kinds.js';

expectNoLeaks({ prepare: startSharing });

describe.each(poolKinds)('%s: its size', (_name, make) => {
  test('workers are started when tasks wait for them, and stay', async () => {
    await withPool(make({ workers: 3 }), async (pool) => {
      expect(pool.stats().workers.live).toBe(0);
      await pool.apply(work.nothing);
      await pool.apply(work.nothing);
      expect(pool.stats().workers.started).toBe(1);
      await pool.map(work.sleep, [shortDelay, shortDelay, shortDelay, shortDelay]);
      expect(pool.stats().workers).toMatchObject({ live: 3, started: 3 });
    });
  });

  test('minWorkers are started ahead', async () => {
    await withPool(make({ workers: 3, minWorkers: 2 }), async (pool) => {
      await until(() => pool.stats().workers.idle === 2);
      expect(pool.stats().workers).toMatchObject({ live: 2, starting: 0, busy: 0, started: 2 });
    });
  });

  test('idle workers exit after a time, down to minWorkers', async () => {
    await withPool(make({ workers: 3, minWorkers: 1, idleTimeout: shortDelay }), async (pool) => {
      await pool.map(work.sleep, [1, 1, 1, 1, 1, 1]);
      await until(() => pool.stats().workers.live === 1);
      expect(await pool.apply(work.square, [3])).toBe(9);
    });
  });

  test('a worker is replaced after its number of tasks', async () => {
    await withPool(make({ workers: 1, maxTasksPerWorker: 2 }), async (pool) => {
      const counts: number[] = [];
      for (let index = 0; index < 5; index += 1) counts.push(await pool.apply(work.count));
      expect(counts).toEqual([1, 2, 1, 2, 1]);
      expect(await pool.map(work.count, [1, 2, 3] as never, { chunkSize: 3 })).toEqual([2, 3, 4]);
    });
  });

  test('resize changes the number of workers, and fails no task', async () => {
    await withPool(make({ workers: 1 }), async (pool) => {
      const results = pool.map(work.sleep, Array.from({ length: 40 }, () => 5), { chunkSize: 1 });
      pool.resize({ workers: 3, minWorkers: 2 });
      await until(() => pool.stats().workers.live === 3);
      pool.resize({ workers: 1 });
      expect(await results).toHaveLength(40);
      await until(() => pool.stats().workers.live === 1);
      expect(() => pool.resize({ workers: 0 })).toThrow(RangeError);
      expect(() => pool.resize({ workers: 2, minWorkers: 3 })).toThrow(RangeError);
    });
  });

  test('maxQueue refuses calls beyond it, and room waits', async () => {
    await withPool(make({ workers: 1, maxQueue: 2 }), async (pool) => {
      const calls = [pool.apply(work.sleep, [shortDelay]), pool.apply(work.sleep, [shortDelay])];
      // Until the first worker is ready both wait.
      await expect(pool.apply(work.nothing)).rejects.toThrow(PoolFullError);
      expect(() => pool.submit(work.nothing)).toThrow(PoolFullError);
      await expect(pool.room({ timeout: 0 })).rejects.toThrow(TimeoutError);
      await pool.room();
      calls.push(pool.apply(work.sleep, [1]));
      expect(await Promise.all(calls)).toEqual([shortDelay, shortDelay, 1]);
    });
  });

  test('a task that was sent to a worker which runs another one waits as well', async () => {
    await withPool(make({ workers: 1, maxQueue: 3 }), async (pool) => {
      // After some short tasks, a worker is sent several at a time.
      for (let n = 0; n < 200; n += 1) await pool.apply(work.square, [n]);
      const calls = [pool.apply(work.sleep, [shortDelay])];
      for (let n = 0; n < 3; n += 1) calls.push(pool.apply(work.square, [n]));
      expect(pool.stats().tasks).toMatchObject({ waiting: 3, running: 1 });
      await expect(pool.apply(work.nothing)).rejects.toThrow(PoolFullError);
      expect(await Promise.all(calls)).toEqual([shortDelay, 0, 1, 4]);
      expect(pool.stats().tasks).toMatchObject({ waiting: 0, running: 0 });
    });
  });

  test('maps and streams wait for room by themselves', async () => {
    await withPool(make({ workers: 2, maxQueue: 3 }), async (pool) => {
      const items = Array.from({ length: 100 }, (_, index) => index);
      const most: number[] = [];
      const onProgress = (): void => void most.push(pool.stats().tasks.waiting);
      const both = await Promise.all([
        pool.map(work.square, items, { chunkSize: 1, onProgress }),
        pool.map(work.square, items, { chunkSize: 1, onProgress }),
      ]);
      expect(both).toEqual([items.map((n) => n * n), items.map((n) => n * n)]);
      const streamed: number[] = [];
      for await (const result of pool.imap(work.square, items, { onProgress })) streamed.push(result);
      expect(streamed).toHaveLength(100);
      expect(Math.max(...most)).toBeLessThanOrEqual(3);
    });
  });

  test('a closed pool still submits the rest of its calls', async () => {
    const pool = make({ workers: 1, maxQueue: 1 });
    const results = pool.map(work.square, [1, 2, 3, 4], { chunkSize: 1 });
    pool.close();
    await pool.join();
    expect(await results).toEqual([1, 4, 9, 16]);
  });

  test('stats count the tasks and times', async () => {
    await withPool(make({ workers: 2 }), async (pool) => {
      await pool.map(work.sleep, [5, 5, 5, 5], { chunkSize: 1 });
      await pool.applyAsync(work.fail, ['no']).wait();
      const { tasks, waitTime, runTime, utilization } = pool.stats();
      expect(tasks).toMatchObject({ submitted: 5, waiting: 0, running: 0, succeeded: 4, failed: 1 });
      expect([waitTime.count, runTime.count]).toEqual([5, 5]);
      expect(runTime.max).toBeGreaterThan(4);
      expect(runTime.p50).toBeLessThanOrEqual(runTime.max);
      expect(runTime.bins.reduce((sum, { count }) => sum + count, 0)).toBe(5);
      expect(utilization).toBeGreaterThan(0);
      expect(utilization).toBeLessThanOrEqual(1);
    });
  });
});

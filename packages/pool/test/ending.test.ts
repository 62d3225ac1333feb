import { InvalidStateError, PoolClosedError, PoolTerminatedError } from '@manycore/pool';
import { expectNoLeaks, repeat, shortDelay } from '@manycore/testing';
import { describe, expect, test } from 'vitest';
import * as work from './fixtures/work.mjs';
import { poolKinds, startSharing } from './pool-kinds.js';

expectNoLeaks({ prepare: startSharing });

describe.each(poolKinds)('%s: its end', (_name, make) => {
  test('close lets all calls complete, join waits for them', async () => {
    const pool = make({ workers: 2 });
    await expect(pool.join()).rejects.toThrow(InvalidStateError);
    const results = pool.map(work.sleep, [shortDelay, 1, 1, shortDelay], { chunkSize: 1 });
    pool.close();
    await expect(pool.apply(work.square, [1])).rejects.toThrow(PoolClosedError);
    expect(() => pool.applyAsync(work.square, [1])).toThrow(PoolClosedError);
    await pool.join();
    expect(await results).toEqual([shortDelay, 1, 1, shortDelay]);
    await pool.join();
  });

  test('terminate ends running and waiting tasks at once', async () => {
    const pool = make({ workers: 1 });
    const running = pool.applyAsync(work.spin);
    const waiting = pool.applyAsync(work.square, [1]);
    await pool.terminate();
    await expect(running.get()).rejects.toThrow(PoolTerminatedError);
    await expect(waiting.get()).rejects.toThrow(PoolTerminatedError);
    await pool.join();
  });

  test('disposing closes and joins', async () => {
    const pool = make({ workers: 2 });
    const result = pool.apply(work.sleep, [shortDelay]);
    await pool[Symbol.asyncDispose]();
    expect(await result).toBe(shortDelay);
    await make()[Symbol.asyncDispose]();
  });

  test('a pool ends at any moment', repeat(async (round) => {
    const pool = make({ workers: 2, minWorkers: round % 3 });
    const results = pool.mapAsync(work.sleep, [0, 1, 2, 3], { chunkSize: 1 });
    await work.sleep(round * 7 % 60);
    if (round % 2 === 0) {
      await pool[Symbol.asyncDispose]();
      expect(await results).toEqual([0, 1, 2, 3]);
    } else {
      await pool.terminate();
      await results.wait();
    }
  }, { times: 6 }));
});

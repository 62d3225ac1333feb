// Warming a pool up: `ready`.
import {
  BrokenPoolError,
  PoolClosedError,
  PoolTerminatedError,
  TimeoutError,
  WorkerDiedError,
} from '@manycore/pool';
import { expectNoLeaks, repeat, runProgram, smallDelay, until } from '@manycore/testing';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import * as warm from './fixtures/warm.mjs';
import * as work from './fixtures/work.mjs';
import { errorOf, poolKinds, startSharing, withPool } from './pool-kinds.js';

expectNoLeaks({ prepare: startSharing });

/** Calls `body` with a folder that is removed afterwards. */
async function inFolder(body: (folder: string) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'manycore-ready-'));
  try {
    await body(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describe.each(poolKinds)('%s: ready', (_name, make) => {
  test('all workers are started, and each has run its initializer', () =>
    inFolder(async (folder) => {
      await withPool(make({ workers: 3, initializer: warm.signUp, initArgs: [folder] }), async (pool) => {
        expect(pool.stats().workers.started).toBe(0);
        await pool.ready();
        expect(readdirSync(folder)).toHaveLength(3);
        expect(pool.stats().workers).toMatchObject({ live: 3, idle: 3, starting: 0, started: 3 });
        await pool.ready();
        expect(await pool.apply(work.square, [3])).toBe(9);
        expect(pool.stats().workers.started).toBe(3);
      });
    }));

  test('up to a count; the others are started when they are needed', async () => {
    await withPool(make({ workers: 3 }), async (pool) => {
      await Promise.all([pool.ready({ workers: 1 }), pool.ready({ workers: 2 })]);
      expect(pool.stats().workers).toMatchObject({ idle: 2, started: 2 });
      await pool.ready({ workers: 1 });
      expect(pool.stats().workers.started).toBe(2);
      pool.resize({ workers: 4 });
      await pool.ready({ workers: 4 });
      expect(pool.stats().workers).toMatchObject({ idle: 4, started: 4 });
    });
  });

  test('a first call starts its worker before it looks for its function, even one that it then refuses', async () => {
    await withPool(make({ workers: 2 }), async (pool) => {
      await errorOf(pool.map('square' as never, []));
      expect(pool.stats().workers.started).toBe(0);
      const refused = errorOf(pool.apply(Math.max, [3]));
      expect(pool.stats().workers).toMatchObject({ starting: 1, started: 1 });
      expect((await refused).name).toBe('TargetNotFoundError');
      expect(await pool.apply(work.square, [3])).toBe(9);
      expect(pool.stats().workers.started).toBe(1);
    });
  });

  test('workers that run tasks are ready', async () => {
    await withPool(make({ workers: 2 }), async (pool) => {
      const controller = new AbortController();
      const task = errorOf(pool.apply(work.sleep, [3_600_000], { signal: controller.signal }));
      await until(() => pool.stats().workers.busy === 1);
      await pool.ready();
      expect(pool.stats().workers).toMatchObject({ busy: 1, idle: 1 });
      controller.abort(new RangeError('enough'));
      expect(await task).toEqual(new RangeError('enough'));
    });
  });

  test('a worker that dies in its initializer is started again', () =>
    inFolder(async (folder) => {
      await withPool(make({ workers: 2, initializer: warm.dieFirst, initArgs: [folder] }), async (pool) => {
        await pool.ready();
        expect(pool.stats().workers.idle).toBe(2);
        expect(readdirSync(folder)).toEqual(['died']);
      });
    }));

  test('what an initializer throws breaks the pool', async () => {
    await withPool(make({ workers: 2, initializer: work.fail, initArgs: ['no database'] }), async (pool) => {
      const error = await errorOf(pool.ready());
      expect(error).toBeInstanceOf(BrokenPoolError);
      expect(error.cause).toMatchObject({ name: 'RangeError', message: 'no database', code: 'E_TEST' });
      // Also of a pool that is broken already.
      expect(await errorOf(pool.ready())).toBeInstanceOf(BrokenPoolError);
    });
  });

  test('initializers of which only one succeeds: what the others threw, and the pool goes on', () =>
    inFolder(async (folder) => {
      await withPool(make({ workers: 2, initializer: warm.onlyOne, initArgs: [folder] }), async (pool) => {
        await expect(pool.ready()).rejects.toThrow(new RangeError('only one'));
        await pool.ready({ workers: 1 });
        expect(await pool.apply(work.square, [3])).toBe(9);
      });
    }));

  test('initializers of which only one survives: the death of the others', () =>
    inFolder(async (folder) => {
      await withPool(make({ workers: 2, initializer: warm.onlyOneLives, initArgs: [folder] }), async (pool) => {
        const error = await errorOf(pool.ready());
        expect(error).toBeInstanceOf(WorkerDiedError);
        expect(error.message).toBe('a worker ended with exit code 9 before it was ready');
        expect(await pool.apply(work.square, [3])).toBe(9);
      });
    }));

  test('timeout and signal: the workers are started nonetheless', () =>
    inFolder(async (folder) => {
      const go = join(folder, 'go');
      await withPool(make({ workers: 1, initializer: warm.waitFor, initArgs: [go] }), async (pool) => {
        const error = await errorOf(pool.ready({ timeout: smallDelay }));
        expect(error).toBeInstanceOf(TimeoutError);
        expect(error.message).toMatch(/^the start of 1 worker of \w+Pool-\d+ was not done within \d+ ms$/);
        const controller = new AbortController();
        const aborted = errorOf(pool.ready({ signal: controller.signal }));
        controller.abort(new RangeError('enough'));
        expect(await aborted).toEqual(new RangeError('enough'));
        expect(pool.stats().workers.started).toBe(1);
        warm.touch(go);
        await pool.ready();
        expect(pool.stats().workers).toMatchObject({ idle: 1, started: 1 });
      });
    }));

  test('one that is aborted already starts nothing', async () => {
    await withPool(make({ workers: 1 }), async (pool) => {
      const error = await errorOf(pool.ready({ signal: AbortSignal.abort(new RangeError('late')) }));
      expect(error).toEqual(new RangeError('late'));
      expect(pool.stats().workers.started).toBe(0);
    });
  });

  test('a start that takes too long breaks the pool', async () => {
    const options = { workers: 1, initializer: work.sleep, initArgs: [3_600_000], startTimeout: smallDelay };
    await withPool(make(options), async (pool) => {
      const error = await errorOf(pool.ready());
      expect(error).toBeInstanceOf(BrokenPoolError);
      expect(error.message).toContain(`a worker was not ready within ${smallDelay} ms`);
    });
  });

  test('of a closed or terminated pool', async () => {
    const pool = make({ workers: 1 });
    pool.close();
    expect(await errorOf(pool.ready())).toBeInstanceOf(PoolClosedError);
    await pool.join();
    expect((await errorOf(pool.ready())).message).toMatch(/^cannot start workers: \w+Pool-\d+ is closed; make a new pool$/);
    const terminated = make({ workers: 1 });
    await terminated.terminate();
    expect(await errorOf(terminated.ready())).toBeInstanceOf(PoolClosedError);
  });

  test('the pool is closed, or terminated, meanwhile', repeat(async () => {
    const closed = make({ workers: 2 });
    const ready = errorOf(closed.ready());
    closed.close();
    expect(await ready).toBeInstanceOf(PoolClosedError);
    expect((await ready).message).toMatch(/Pool-\d+ was closed before its workers were ready$/);
    await closed.join();

    const terminated = make({ workers: 2 });
    const other = errorOf(terminated.ready());
    await terminated.terminate();
    expect(await other).toBeInstanceOf(PoolTerminatedError);
  }));

  test('workers whose idle time is over before the last is ready', repeat(async () => {
    await withPool(make({ workers: 3, idleTimeout: 0 }), async (pool) => {
      await pool.ready();
      expect(pool.stats().workers.starting).toBe(0);
      expect(await pool.apply(work.square, [3])).toBe(9);
    });
  }));

  test.each<[string, object]>([
    ['workers must be at most 2, the size of', { workers: 3 }],
    ['workers must be a whole number of at least 1, not 0', { workers: 0 }],
    ['workers must be a number, not string', { workers: '1' }],
    ['timeout must be a number of milliseconds', { timeout: '1' }],
    ['signal must be an AbortSignal', { signal: 5 }],
  ])('refused: %s', async (message, options) => {
    await withPool(make({ workers: 2 }), async (pool) => {
      await expect(pool.ready(options)).rejects.toThrow(message);
      expect(pool.stats().workers.started).toBe(0);
    });
  });
});

test('a program that waits for nothing else does not end before', async () => {
  const { lines } = await runProgram(new URL('fixtures/programs/warms.mjs', import.meta.url));
  expect(lines).toEqual(['2 ready', '2 ready']);
});

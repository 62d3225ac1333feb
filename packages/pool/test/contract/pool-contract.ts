import {
  AsyncResult,
  BrokenPoolError,
  InvalidStateError,
  type Pool,
  PoolClosedError,
  type PoolOptions,
  PoolTerminatedError,
  TargetNotFoundError,
  TimeoutError,
  WorkerDiedError,
} from '@manycore/pool';
import { expectNoLeaks, repeat, shortDelay, smallDelay } from '@manycore/testing';
import { describe, expect, test } from 'vitest';
import * as work from '../fixtures/work.mjs';

/** What a kind of pool has to tell the contract. */
export interface PoolKind {
  readonly name: 'ThreadPool' | 'ProcessPool';
  readonly make: (options?: PoolOptions<never>) => Pool;
}

/** Makes a pool whose end belongs to the test. */
async function using<T>(pool: Pool, body: (pool: Pool) => Promise<T>): Promise<T> {
  try {
    return await body(pool);
  } finally {
    pool.close();
    await pool.join();
  }
}

/** Milestone by milestone: what every pool promises, whatever its workers are. */
export function poolContract({ name, make }: PoolKind): void {
  expectNoLeaks();

  describe(`${name}: calls`, () => {
    test('apply calls a function in a worker', async () => {
      await using(make({ workers: 1 }), async (pool) => {
        expect(await pool.apply(work.add, [2, 3])).toBe(5);
        expect(await pool.apply(work.whoAmI)).not.toBe(work.whoAmI());
        expect(await pool.apply(work.laterSquare, [9])).toBe(81);
        await pool.apply(work.nothing);
      });
    });

    test('map keeps the order of its items', async () => {
      await using(make({ workers: 2 }), async (pool) => {
        const items = Array.from({ length: 101 }, (_, index) => index);
        const squares = items.map((n) => n * n);
        expect(await pool.map(work.square, items)).toEqual(squares);
        expect(await pool.map(work.laterSquare, new Set(items), { chunkSize: 3 })).toEqual(squares);
        expect(await pool.map(work.square, [])).toEqual([]);
        expect(await pool.map(work.square, generate(5))).toEqual([0, 1, 4, 9, 16]);
        expect(await pool.map(work.square, generateAsync(5))).toEqual([0, 1, 4, 9, 16]);
        expect(await pool.starmap(work.add, [[1, 2], [3, 4]])).toEqual([3, 7]);
      });
    });

    test('map takes Python’s chunks', async () => {
      await using(make({ workers: 2 }), async (pool) => {
        const dones: number[] = [];
        const items = Array.from({ length: 10_000 }, (_, index) => index);
        await pool.map(work.square, items, { onProgress: ({ done }) => dones.push(done) });
        expect(dones).toEqual([1, 2, 3, 4, 5, 6, 7, 8].map((chunk) => chunk * 1250));
      });
    });

    test('applyAsync returns at once, and its result can be asked', async () => {
      await using(make({ workers: 2 }), async (pool) => {
        const slow = pool.applyAsync(work.sleep, [shortDelay]);
        expect(slow).toBeInstanceOf(AsyncResult);
        expect(slow.ready()).toBe(false);
        expect(() => slow.successful()).toThrow(InvalidStateError);
        await expect(slow.get({ timeout: 0 })).rejects.toThrow(TimeoutError);
        await expect(slow.wait({ timeout: 0 })).rejects.toThrow(TimeoutError);
        expect(await slow.get()).toBe(shortDelay);
        expect(slow.successful()).toBe(true);

        const failed = pool.applyAsync(work.fail, ['no']);
        await failed.wait();
        expect(failed.ready()).toBe(true);
        expect(failed.successful()).toBe(false);
        await expect(failed.get()).rejects.toThrow('no');
        expect(await pool.mapAsync(work.square, [1, 2]).get()).toEqual([1, 4]);
        expect(await pool.mapAsync(work.square, [3])).toEqual([9]);
        expect(await pool.starmapAsync(work.add, [[1, 1]])).toEqual([2]);
      });
    });

    test('callbacks get the result or the error', async () => {
      await using(make({ workers: 1 }), async (pool) => {
        const value = await new Promise((callback) => {
          pool.applyAsync(work.square, [4], { callback });
        });
        const error = await new Promise((errorCallback) => {
          pool.applyAsync(work.fail, ['no'], { errorCallback });
        });
        expect(value).toBe(16);
        expect(error).toMatchObject({ message: 'no', code: 'E_TEST' });
      });
    });

    test('an error arrives whole, and the pool goes on', async () => {
      await using(make({ workers: 1 }), async (pool) => {
        const error: unknown = await pool.apply(work.fail, ['broken']).catch((e: unknown) => e);
        expect(error).toBeInstanceOf(RangeError);
        expect(error).toMatchObject({ message: 'broken', code: 'E_TEST' });
        expect((error as Error).stack).toContain('work.mjs');
        await expect(pool.apply(work.reject)).rejects.toThrow(TypeError);
        await expect(pool.map(work.failOnOdd, [0, 2, 3, 4])).rejects.toThrow('odd: 3');
        expect(await pool.apply(work.square, [3])).toBe(9);
      });
    });

    test('what cannot be called is refused with its reason', async () => {
      await using(make({ workers: 1 }), async (pool) => {
        const factor = 2;
        const scale = (n: number): number => n * factor;
        await expect(pool.apply(scale, [1])).rejects.toThrow(/it captures `factor`/);
        await expect(pool.apply(Math.max, [1, 2])).rejects.toThrow(TargetNotFoundError);
        expect(() => pool.applyAsync(scale, [1])).toThrow(/it captures `factor`/);
        const broken = { module: new URL('../fixtures/broken-module.mjs', import.meta.url), name: 'work' };
        await expect(pool.apply(broken)).rejects.toThrow(/this module cannot be loaded/);
        const missing = { module: new URL('../fixtures/no-module.mjs', import.meta.url), name: 'work' };
        await expect(pool.apply(missing)).rejects.toThrow(/there is no module/);
        expect(await pool.apply(work.square, [3])).toBe(9);
      });
    });

    test('a value that cannot cross is named by its path', async () => {
      await using(make({ workers: 1 }), async (pool) => {
        const bad = { items: [() => 1] };
        await expect(pool.apply(work.same, [bad])).rejects.toThrow('args[0].items[0]');
        await expect(pool.map(work.same, [1, 2, bad])).rejects.toThrow('items[2].items[0]');
        await expect(pool.apply(work.notCloneable)).rejects.toThrow('result.inner[0]');
        await expect(pool.map(work.notCloneableOn3, [1, 2, 3])).rejects.toThrow('results[2].callback');
        expect(await pool.apply(work.square, [3])).toBe(9);
      });
    });

    test('wrong options are named', async () => {
      expect(() => make({ workers: 0 })).toThrow('workers must be a whole number of at least 1, not 0');
      expect(() => make({ workers: 1, minWorkers: 2 })).toThrow(RangeError);
      expect(() => make({ workers: 1, idleTimeout: Number.NaN })).toThrow('idleTimeout');
      await using(make({ workers: 1 }), async (pool) => {
        await expect(pool.map(work.square, [1], { chunkSize: 0 })).rejects.toThrow('chunkSize');
        await expect(pool.apply(work.square, [1], { retries: -1 })).rejects.toThrow('retries');
        await expect(pool.apply(work.square, [1], { timeout: -1 })).rejects.toThrow('timeout');
        await expect(pool.map(work.square, 7 as unknown as number[])).rejects.toThrow('items');
        await expect(pool.starmap(work.add, [1] as never)).rejects.toThrow('items[0]');
      });
    });
  });

  describe(`${name}: its end`, () => {
    test('close lets everything finish, join waits for it', async () => {
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

    test('terminate ends at once what runs and what waits', async () => {
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

  describe(`${name}: death`, () => {
    test('a worker’s death fails only its task, and it is replaced', async () => {
      await using(make({ workers: 2 }), async (pool) => {
        const bystander = pool.apply(work.slowWhoAmI, [smallDelay]);
        const error: unknown = await pool.apply(work.exit, [3]).catch((e: unknown) => e);
        expect(error).toBeInstanceOf(WorkerDiedError);
        expect(error).toMatchObject({ exitCode: 3, signal: undefined });
        expect(await pool.map(work.square, [1, 2, 3])).toEqual([1, 4, 9]);
        expect(await bystander).toMatch(/\d/);
      });
    });

    test('an uncaught error is the cause of the death', async () => {
      await using(make({ workers: 1 }), async (pool) => {
        for (const fn of [work.throwLater, work.rejectUnhandled]) {
          const error: unknown = await pool.apply(fn).catch((e: unknown) => e);
          expect(error).toBeInstanceOf(WorkerDiedError);
          expect(error).toMatchObject({ exitCode: 1, cause: { name: 'RangeError' } });
        }
        expect(await pool.apply(work.square, [3])).toBe(9);
      });
    });

    test('an initializer runs once in each worker, before its tasks', async () => {
      const pool = make({ workers: 2, initializer: work.initialise, initArgs: ['ready'] } as never);
      await using(pool, async () => {
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
      const pool = make({ workers: 1, initializer, startTimeout } as never);
      const results = [1, 2, 3].map((n) => pool.applyAsync(work.square, [n]));
      for (const result of results) {
        const error: unknown = await result.get().catch((e: unknown) => e);
        expect(error).toBeInstanceOf(BrokenPoolError);
        expect(error).toMatchObject({ cause: { name: cause } });
        expect((error as Error).message).toContain(text);
      }
      await expect(pool.apply(work.square, [1])).rejects.toThrow(BrokenPoolError);
      pool.close();
      await pool.join();
    });
  });
}

function* generate(count: number): Generator<number> {
  for (let index = 0; index < count; index += 1) yield index;
}

async function* generateAsync(count: number): AsyncGenerator<number> {
  for (let index = 0; index < count; index += 1) {
    await Promise.resolve();
    yield index;
  }
}

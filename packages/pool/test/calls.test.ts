import {
  AsyncResult,
  InvalidStateError,
  move,
  TargetNotFoundError,
  TimeoutError,
} from '@manycore/pool';
import { expectNoLeaks, shortDelay } from '@manycore/testing';
import { describe, expect, test } from 'vitest';
import * as work from './fixtures/work.mjs';
import { errorOf, poolKindsAndTransports, startSharing, withPool } from './pool-kinds.js';

expectNoLeaks({ prepare: startSharing });

describe.each(poolKindsAndTransports)('%s: calls', (name, make) => {
  test('apply calls a function in a worker', async () => {
    await withPool(make({ workers: 1 }), async (pool) => {
      expect(await pool.apply(work.add, [2, 3])).toBe(5);
      expect(await pool.apply(work.whoAmI)).not.toBe(work.whoAmI());
      expect(await pool.apply(work.laterSquare, [9])).toBe(81);
      await pool.apply(work.nothing);
    });
  });

  test('map keeps the order of its items', async () => {
    await withPool(make({ workers: 2 }), async (pool) => {
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

  test('what was called already, or is meant for starmap', async () => {
    await withPool(make({ workers: 1 }), async (pool) => {
      const called = 'pass the function itself, and its arguments apart from it: f, 1 and not f(1)';
      expect(() => pool.submit(work.laterSquare(3) as unknown as () => void)).toThrow(`, not a promise: you called it; ${called}`);
      await expect(pool.apply(work.square(3) as unknown as () => void)).rejects.toThrow(`, not 9. If you called it, ${called}`);

      const pairs = [[1, 2], [3, 4]] as never[];
      const add = work.add as never;
      const text = /calls `add` with one argument, an item, but it takes 2, as many as items\[0\] holds: use starmap/;
      await expect(pool.map(add, pairs)).rejects.toThrow(text);
      expect(() => pool.mapAsync(add, pairs)).toThrow(text);
      expect(() => pool.mapSync(add, pairs)).toThrow(text);
      expect(() => pool.imap(add, pairs)).toThrow(text);
      expect(() => pool.imapUnordered(add, pairs)).toThrow(text);
      // Its second parameter may be optional.
      expect(await pool.map(add, [1, 2] as never[])).toEqual([NaN, NaN]);
    });
  });

  test('an anonymous function has a name in no message, and no empty one', async () => {
    await withPool(make({ workers: 1 }), async (pool) => {
      const text = await pool.apply(work.anonymous[0] as () => string).catch((error: unknown) => (error as Error).message);
      expect(text).toMatch(
        /^cannot run an anonymous function: file:.*work\.mjs does not export the function `\(\) => 'anonymous'` .*Give it a name and export it/,
      );
    });
  });

  test('map takes Python’s chunks', async () => {
    await withPool(make({ workers: 2 }), async (pool) => {
      const dones: number[] = [];
      const items = Array.from({ length: 10_000 }, (_, index) => index);
      await pool.map(work.square, items, { onProgress: ({ done }) => dones.push(done) });
      expect(dones).toEqual([1, 2, 3, 4, 5, 6, 7, 8].map((chunk) => chunk * 1250));
    });
  });

  test('applyAsync returns its result object at once', async () => {
    await withPool(make({ workers: 2 }), async (pool) => {
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
    await withPool(make({ workers: 1 }), async (pool) => {
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

  test('an error arrives with its properties, and the pool goes on', async () => {
    await withPool(make({ workers: 1 }), async (pool) => {
      const error = await errorOf(pool.apply(work.fail, ['broken']));
      expect(error).toBeInstanceOf(RangeError);
      expect(error).toMatchObject({ message: 'broken', code: 'E_TEST' });
      expect(error.stack).toContain('work.mjs');
      await expect(pool.apply(work.reject)).rejects.toThrow(TypeError);
      await expect(pool.map(work.failOnOdd, [0, 2, 3, 4])).rejects.toThrow('odd: 3');
      expect(await pool.apply(work.square, [3])).toBe(9);
    });
  });

  test('what cannot be called is refused with its reason', async () => {
    await withPool(make({ workers: 1 }), async (pool) => {
      const factor = 2;
      const scale = (n: number): number => n * factor;
      await expect(pool.apply(scale, [1])).rejects.toThrow(/it captures `factor`/);
      await expect(pool.apply(Math.max, [1, 2])).rejects.toThrow(TargetNotFoundError);
      expect(() => pool.applyAsync(scale, [1])).toThrow(/it captures `factor`/);
      const broken = { module: new URL('./fixtures/broken-module.mjs', import.meta.url), name: 'work' };
      await expect(pool.apply(broken)).rejects.toThrow(/this module cannot be loaded/);
      const missing = { module: new URL('./fixtures/no-module.mjs', import.meta.url), name: 'work' };
      await expect(pool.apply(missing)).rejects.toThrow(/there is no module/);
      expect(await pool.apply(work.square, [3])).toBe(9);
    });
  });

  test('a value that cannot cross is named by its path', async () => {
    await withPool(make({ workers: 1 }), async (pool) => {
      const bad = { items: [() => 1] };
      await expect(pool.apply(work.same, [bad])).rejects.toThrow('args[0].items[0]');
      await expect(pool.map(work.same, [1, 2, bad])).rejects.toThrow('items[2].items[0]');
      await expect(pool.apply(work.notCloneable)).rejects.toThrow('result.inner[0]');
      await expect(pool.map(work.notCloneableOn3, [1, 2, 3])).rejects.toThrow('results[2].callback');
      expect(await pool.apply(work.square, [3])).toBe(9);
    });
  });

  test('a map of numbers, also where one result is none, gives a list of what was returned', async () => {
    await withPool(make({ workers: 2 }), async (pool) => {
      const numbers = Array.from({ length: 100 }, (_, n) => (n % 3 === 0 ? -0 : n / 2));
      for (const other of [undefined, 'text', 10n, null, NaN, { n: 1 }]) {
        for (const place of [0, 1, 50, 99]) {
          const items: readonly unknown[] = [...numbers.slice(0, place), other, ...numbers.slice(place + 1)];
          const results = await pool.map(work.same, items, { chunkSize: 100 });
          expect(Array.isArray(results)).toBe(true);
          expect(results).toStrictEqual(items);
        }
      }
    });
  });

  test('errors, handles of memory and moved buffers pass in both directions', async () => {
    await withPool(make({ workers: 1 }), async (pool) => {
      const error = new RangeError('inside', { cause: new TypeError('why') });
      const arrived = await pool.apply(work.same, [new Map([['error', error]])]);
      const inside = (arrived as Map<string, Error>).get('error');
      expect(inside).toBeInstanceOf(RangeError);
      expect(inside?.cause).toBeInstanceOf(TypeError);

      const samples = new Float64Array([1, 2, 3]);
      expect(await pool.apply(work.same, [move(samples)])).toEqual(new Float64Array([1, 2, 3]));
      expect(samples.length).toBe(name === 'ThreadPool' ? 0 : 3);
      expect(await pool.apply(work.movedBack, [3])).toEqual(new Float64Array([7, 7, 7]));
      expect(await pool.map(work.movedBack, [1, 2])).toEqual([
        new Float64Array([7]),
        new Float64Array([7, 7]),
      ]);
    });
  });

  test('wrong options are named', async () => {
    expect(() => make({ workers: 0 })).toThrow('workers must be a whole number of at least 1, not 0');
    expect(() => make({ workers: 1, minWorkers: 2 })).toThrow(RangeError);
    expect(() => make({ workers: 1, idleTimeout: Number.NaN })).toThrow('idleTimeout');
    await withPool(make({ workers: 1 }), async (pool) => {
      await expect(pool.map(work.square, [1], { chunkSize: 0 })).rejects.toThrow('chunkSize');
      await expect(pool.apply(work.square, [1], { retries: -1 })).rejects.toThrow('retries');
      await expect(pool.apply(work.square, [1], { timeout: -1 })).rejects.toThrow('timeout');
      await expect(pool.map(work.square, 7 as unknown as number[])).rejects.toThrow('items');
      await expect(pool.starmap(work.add, [1] as never)).rejects.toThrow('items[0]');
    });
  });
});

function* generate(count: number): Generator<number> {
  for (let index = 0; index < count; index += 1) yield index;
}

async function* generateAsync(count: number): AsyncGenerator<number> {
  for (let index = 0; index < count; index += 1) {
    await Promise.resolve();
    yield index;
  }
}

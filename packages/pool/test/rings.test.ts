// Tasks through shared memory, several ahead: what differs from messages, and that nothing else does.
import { Buffer } from 'node:buffer';
import { Value } from '@manycore/memory';
import { move, type Pool, ProcessPool, ThreadPool, WorkerDiedError } from '@manycore/pool';
import { expectNoLeaks, mediumDelay, repeat, until } from '@manycore/testing';
import { describe, expect, test } from 'vitest';
import * as scribblers from './fixtures/scribblers.mjs';
import * as work from './fixtures/work.mjs';
import { errorOf, poolKinds, poolKindsAndTransports, startSharing, withPool, withSharedMemory } from './pool-kinds.js';

expectNoLeaks({ prepare: startSharing });

/** Short tasks, until every worker gets its tasks through shared memory. */
async function warm(pool: Pool, workers: number): Promise<void> {
  await until(async () => {
    await Promise.all(Array.from({ length: workers * 4 }, (_, n) => pool.apply(work.square, [n])));
    return pool.stats().workers.sharing >= workers;
  });
}

const cyclic: { self?: unknown } = {};
cyclic.self = cyclic;

/** What goes through a ring, and what goes beside it. */
const values: readonly unknown[] = [
  0, -0, 1.5, NaN, Infinity, 2 ** 53, 'text', '', 'ünï', '日本', '\ud800', true, false, null, undefined, 10n,
  { a: 1, b: 'two', c: null, d: undefined, e: false }, { nested: { list: [1, [2, { three: 3 }]] } }, { '"': 1, '\\': 2 },
  JSON.parse('{ "__proto__": 1 }'), Object.create(null), [], [1, 2, 3], [1, undefined], [1, , 3], // eslint-disable-line no-sparse-arrays
  new Date(5), /x/g, new Map([[1, { a: 1 }]]), new Set(['a']), cyclic, new RangeError('no'), new DOMException('no', 'AbortError'),
  new Uint8Array([1, 2]), new Float64Array([0.5]), new BigInt64Array([1n]), new DataView(new ArrayBuffer(3)), new ArrayBuffer(2),
  Buffer.from('bytes'), 'long'.repeat(5000), new Uint8Array(100_000).fill(7), Array.from({ length: 5000 }, (_, n) => n),
  { deep: Array.from({ length: 300 }).reduce((inner) => ({ inner }), 'end') },
];

describe.each(withSharedMemory(poolKindsAndTransports))('%s: tasks through shared memory', (name, make, over) => {
  const shares = over === 'auto';

  test('a worker of short tasks shares memory, one of long tasks does not', async () => {
    await withPool(make({ workers: 1 }), async (pool) => {
      for (let n = 0; n < 6; n += 1) await pool.apply(work.sleep, [10]);
      expect(pool.stats().workers.sharing).toBe(0);
    });
    await withPool(make({ workers: 1 }), async (pool) => {
      if (shares) await warm(pool, 1);
      for (let n = 0; n < 20; n += 1) await pool.apply(work.square, [n]);
      expect(pool.stats().workers.sharing).toBe(shares ? 1 : 0);
    });
  });

  test('values arrive as they do by messages, as arguments and as results', async () => {
    await withPool(make({ workers: 1 }), async (pool) => {
      const cold = await Promise.all(values.map((value) => pool.apply(work.same, [value])));
      if (shares) await warm(pool, 1);
      const warmed = await Promise.all(values.map((value) => pool.apply(work.same, [value])));
      expect(warmed).toStrictEqual(cold);
      expect(warmed.map((value) => Object.prototype.toString.call(value))).toEqual(
        cold.map((value) => Object.prototype.toString.call(value)),
      );
      expect(await pool.map(work.same, values, { chunkSize: 3 })).toStrictEqual(cold);
      expect(await pool.starmap(work.add, [[1, 2], [0.5, 0.25]], { chunkSize: 1 })).toEqual([3, 0.75]);
      expect(await pool.apply<() => unknown>(work.nothing)).toBeUndefined();
    });
  });

  test('a worker runs its tasks in the order in which they were submitted, whatever they carry', async () => {
    await withPool(make({ workers: 1 }), async (pool) => {
      if (shares) await warm(pool, 1);
      const before = await pool.apply(work.ticket, []);
      const carried = [1, new Map([[1, 1]]), 'x'.repeat(50_000), { a: 1 }, new Date(0), [1, 2], new Set([1])];
      const calls = Array.from({ length: 200 }, (_, n) => pool.apply(work.ticket as (value: unknown) => number, [carried[n % carried.length]]));
      expect(await Promise.all(calls)).toEqual(calls.map((_, n) => before + n + 1));
    });
  });

  test('a long task delays nobody whom another worker can serve', async () => {
    await withPool(make({ workers: 2 }), async (pool) => {
      if (shares) await warm(pool, 2);
      const gate = new Value('i32', 0, { scope: name === 'ThreadPool' ? 'threads' : 'processes' });
      const long = pool.submit(work.waitFor, gate);
      const short = Array.from({ length: 200 }, (_, n) => pool.apply(work.square, [n]));
      // The long one ends only when they have.
      await Promise.all(short);
      gate.value = 1;
      expect(await long).toBe(1);
    });
  });

  test('what a worker has not begun can be cancelled, one or all', async () => {
    await withPool(make({ workers: 1 }), async (pool) => {
      if (shares) await warm(pool, 1);
      const long = pool.submit(work.sleep, mediumDelay);
      const ahead = Array.from({ length: 20 }, (_, n) => pool.submit(work.square, n));
      await until(() => long.running());
      expect(ahead[3]?.cancel()).toBe(true);
      expect(long.cancel()).toBe(false);
      expect(await ahead[4]).toBe(16);
      const last = pool.submit(work.sleep, mediumDelay);
      const dropped = Array.from({ length: 20 }, (_, n) => pool.submit(work.square, n));
      await until(() => last.running());
      pool.close({ cancelPending: true });
      expect(dropped.every((future) => future.cancelled())).toBe(true);
      expect(await last).toBe(mediumDelay);
    });
  });

  test('a death costs the task that ran, and no other', repeat(async () => {
      await withPool(make({ workers: 2 }), async (pool) => {
        if (shares) await warm(pool, 2);
        const before = Array.from({ length: 50 }, (_, n) => pool.apply(work.square, [n]));
        const death = errorOf(pool.apply(work.exit, [3]));
        const after = Array.from({ length: 50 }, (_, n) => pool.apply(work.square, [n]));
        expect(await Promise.all([...before, ...after])).toHaveLength(100);
        expect(await death).toBeInstanceOf(WorkerDiedError);
        expect(pool.stats().tasks.retried).toBe(0);
      });
    }, { times: 5 }));

  test('an abort or a timeout reaches a task that runs, one that waits in the ring, and no other', async () => {
    await withPool(make({ workers: 1, graceTime: 20 }), async (pool) => {
      if (shares) await warm(pool, 1);
      const controller = new AbortController();
      const running = errorOf(pool.apply(work.sleep, [60_000], { timeout: 100 }));
      const aborted = errorOf(pool.apply(work.square, [1], { signal: controller.signal }));
      const others = Array.from({ length: 30 }, (_, n) => pool.apply(work.square, [n]));
      controller.abort(new RangeError('enough'));
      expect(await aborted).toMatchObject({ message: 'enough' });
      expect((await running).name).toBe('TimeoutError');
      expect(await Promise.all(others)).toHaveLength(30);
    });
  });

  test('what is moved goes alone, among others that do not', async () => {
    await withPool(make({ workers: 1 }), async (pool) => {
      if (shares) await warm(pool, 1);
      const buffers = Array.from({ length: 10 }, (_, n) => new Uint8Array([4 * n]));
      const calls = Array.from({ length: 40 }, (_, n) =>
        n % 4 === 0 ? pool.apply(work.same, [move(buffers[n / 4])]) : pool.apply(work.same, [n]),
      );
      const all = await Promise.all(calls);
      expect(all.map((value) => (typeof value === 'number' ? value : (value as Uint8Array)[0]))).toEqual(
        calls.map((_, n) => n),
      );
      // Between processes it is copied.
      const left = name === 'ThreadPool' ? 0 : 1;
      expect(buffers.map(({ length }) => length)).toEqual(buffers.map(() => left));
    });
  });

  test('what is moved behind a task that is aborted goes all the same', async () => {
    await withPool(make({ workers: 1 }), async (pool) => {
      if (shares) await warm(pool, 1);
      const controller = new AbortController();
      const bytes = new Uint8Array([7]);
      const running = errorOf(pool.apply(work.sleep, [60_000], { signal: controller.signal }));
      const moved = pool.apply(work.same, [move(bytes)]);
      const others = Array.from({ length: 10 }, (_, n) => pool.apply(work.square, [n]));
      controller.abort(new RangeError('enough'));
      expect(await moved).toEqual(new Uint8Array([7]));
      expect((await running).message).toBe('enough');
      expect(await Promise.all(others)).toHaveLength(10);
      if (name === 'ThreadPool') expect(bytes).toHaveLength(0);
    });
  });

  test('large values of any size pass whole, many at a time, whatever becomes of those between them', repeat(async () => {
    await withPool(make({ workers: 2 }), async (pool) => {
      if (shares) await warm(pool, 2);
      const controller = new AbortController();
      // The last of them is larger than what the memory for large values can hold.
      const sizes = Array.from({ length: 60 }, (_, n) => [5000, 70_000, 300_001, 1_000_000, 5_000_000][n % 5] ?? 0);
      const calls = sizes.map((size, n) => {
        const bytes = new Uint8Array(size).fill(n);
        const options = n % 7 === 3 ? { signal: controller.signal } : {};
        return pool.apply(work.same, [bytes], options).then(
          (back) => (Buffer.compare(back as Uint8Array, bytes) === 0 ? 'whole' : `other bytes of ${size}`),
          (error: unknown) => (n % 7 === 3 && (error as Error).message === 'enough' ? 'whole' : error),
        );
      });
      const text = pool.apply(work.same, ['ünï'.repeat(100_000)]);
      const doomed = errorOf(pool.apply(work.exit, [3]));
      const numbers = pool.map(work.square, Array.from({ length: 20_000 }, (_, n) => n), { chunkSize: 5000 });
      controller.abort(new RangeError('enough'));
      expect(await Promise.all(calls)).toEqual(calls.map(() => 'whole'));
      expect(await text).toBe('ünï'.repeat(100_000));
      expect(await doomed).toBeInstanceOf(WorkerDiedError);
      expect((await numbers)[19_999]).toBe(19_999 ** 2);
    });
  }));

  test('code of a task that comes back later runs in its own context', async () => {
    await withPool(make({ workers: 1 }), async (pool) => {
      if (shares) await warm(pool, 1);
      const names = await Promise.all(
        Array.from({ length: 30 }, (_, n) => pool.apply(work.storedName, [`context ${n}`])),
      );
      expect(names).toEqual(names.map((_, n) => `context ${n}`));
    });
  });

  test('what a task leaves in its async context is not seen by another one', async () => {
    await withPool(make({ workers: 1 }), async (pool) => {
      if (shares) await warm(pool, 1);
      for (const task of [work.leaveStored, work.leaveStoredLater]) {
        const before = await Promise.all(Array.from({ length: 30 }, (_, n) => pool.apply(task, [n])));
        expect(before).toEqual(before.map(() => undefined));
        for (let n = 0; n < 5; n += 1) expect(await pool.apply(task, [n])).toBeUndefined();
      }
    });
  });

  test('callers that results resume leave the event loop its turns', async () => {
    await withPool(make({ workers: 2 }), async (pool) => {
      if (shares) await warm(pool, 2);
      let turns = 0;
      let calls = 0;
      const turn = (): void => {
        turns += 1;
        if (turns < 50) setImmediate(turn);
      };
      setImmediate(turn);
      const call = async (): Promise<void> => {
        while (turns < 50 && calls < 400_000) {
          calls += 1;
          await pool.apply(work.square, [calls]);
        }
      };
      await Promise.all(Array.from({ length: 2000 }, call));
      // In each turn some hundred results are taken of each worker.
      expect(turns).toBe(50);
    });
  });

  if (shares) {
    test('results are taken while a program submits tasks in one turn of its event loop', async () => {
      await withPool(make({ workers: 2 }), async (pool) => {
        await warm(pool, 2);
        const calls: Promise<number>[] = [];
        const before = pool.stats().tasks.succeeded;
        // It ends before, unless no result is ever taken.
        while (calls.length < 1_000_000 && pool.stats().tasks.succeeded === before) {
          for (let n = 0; n < 1000; n += 1) calls.push(pool.apply(work.square, [n]));
        }
        expect(pool.stats().tasks.succeeded).toBeGreaterThan(before);
        const results = await Promise.all(calls);
        expect(results.every((result, n) => result === (n % 1000) ** 2)).toBe(true);
      });
    });
  }

  test('a program that sends nothing more ends, and a pool that is terminated leaves nothing', async () => {
    const pool = make({ workers: 2 });
    if (shares) await warm(pool, 2);
    const calls = Array.from({ length: 500 }, (_, n) => errorOf(pool.apply(work.sleep, [10_000 + n])));
    await pool.terminate();
    const errors = await Promise.all(calls);
    expect(errors.every((error) => error.name === 'PoolTerminatedError')).toBe(true);
    expect(pool.name).toContain(name);
  });
});

describe.each(withSharedMemory(poolKinds))('%s: lies in shared memory', (_, make) => {
  test('a worker that scribbles over the rings costs its own tasks', async () => {
    for (const how of Object.keys(scribblers.scribbles) as (keyof typeof scribblers.scribbles)[]) {
      await withPool(make({ workers: 1 }), async (pool) => {
        await pool.apply(scribblers.honest, [1]);
        await warm(pool, 1);
        // Both rings are used before.
        await pool.map(scribblers.honest, [1, 2, 3], { chunkSize: 1 });
        const outcome = await pool.apply(scribblers.scribble, [how]).catch((error: unknown) => error);
        if (outcome !== 'scribbled') expect(outcome, how).toBeInstanceOf(Error);
        const next = await Promise.allSettled([1, 2, 3].map((n) => pool.apply(scribblers.honest, [n])));
        expect(next, how).toHaveLength(3);
        expect(await pool.map(scribblers.honest, [1, 2, 3], { retries: 5, chunkSize: 1 }), how).toEqual([1, 2, 3]);
      });
    }
  });
});

test('a transport that does not exist is refused', () => {
  for (const Kind of [ThreadPool, ProcessPool]) {
    expect(() => new Kind({ transport: 'pigeon' as never })).toThrow(/transport must be 'auto' or 'messages', not "pigeon"/);
  }
});

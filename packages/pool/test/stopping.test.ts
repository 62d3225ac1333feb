import { TimeoutError } from '@manycore/pool';
import { expectNoLeaks, shortDelay, smallDelay } from '@manycore/testing';
import { describe, expect, test } from 'vitest';
import * as work from './fixtures/work.mjs';
import { errorOf, poolKindsAndTransports, startSharing, withPool } from './pool-kinds.js';

expectNoLeaks({ prepare: startSharing });

describe.each(poolKindsAndTransports)('%s: stopping work', (_name, make) => {
  test('a timeout ends a loop that ignores its signal, and its worker is replaced', async () => {
    await withPool(make({ workers: 1, graceTime: 10 }), async (pool) => {
      const before = await pool.apply(work.whoAmI);
      await expect(pool.apply(work.spin, [], { timeout: smallDelay })).rejects.toThrow(TimeoutError);
      await expect(pool.map(work.spin, [1], { timeout: smallDelay })).rejects.toThrow(/within \d+ ms/);
      expect(await pool.apply(work.whoAmI)).not.toBe(before);
    });
  });

  test('a timeout counts the time in the queue', async () => {
    await withPool(make({ workers: 1 }), async (pool) => {
      const blocker = pool.apply(work.sleep, [smallDelay]);
      await expect(pool.apply(work.nothing, [], { timeout: 1 })).rejects.toThrow(TimeoutError);
      expect(await blocker).toBe(smallDelay);
      expect(pool.stats().tasks).toMatchObject({ timedOut: 1, succeeded: 1 });
    });
  });

  test('a function that obeys its signal keeps its worker', async () => {
    await withPool(make({ workers: 1, graceTime: 20_000 }), async (pool) => {
      const before = await pool.apply(work.whoAmI);
      const controller = new AbortController();
      const { signal } = controller;
      const stopped = errorOf(pool.apply(work.waitForAbort, [], { signal }));
      await pool.room();
      controller.abort(new RangeError('enough'));
      expect(await stopped).toMatchObject({ name: 'RangeError', message: 'enough' });
      expect(await pool.apply(work.whoAmI)).toBe(before);
    });
  });

  test('an abort reaches a task before, in the queue, while it runs, and after', async () => {
    await withPool(make({ workers: 1, graceTime: 10 }), async (pool) => {
      const early = AbortSignal.abort(new Error('early'));
      await expect(pool.apply(work.nothing, [], { signal: early })).rejects.toThrow('early');
      await expect(pool.map(work.square, [1], { signal: early })).rejects.toThrow('early');
      await expect(pool.imap(work.square, [1], { signal: early }).next()).rejects.toThrow('early');

      const running = new AbortController();
      const queued = new AbortController();
      const spinning = errorOf(pool.apply(work.spin, [], { signal: running.signal }));
      const waiting = errorOf(pool.apply(work.nothing, [], { signal: queued.signal }));
      const bystander = pool.apply(work.square, [5]);
      queued.abort(new Error('in the queue'));
      expect((await waiting).message).toBe('in the queue');
      await pool.applyAsync(work.nothing, [], { timeout: shortDelay }).wait();
      running.abort(new Error('while it ran'));
      expect((await spinning).message).toBe('while it ran');
      expect(await bystander).toBe(25);

      const late = new AbortController();
      expect(await pool.apply(work.square, [6], { signal: late.signal })).toBe(36);
      late.abort();
      expect(await pool.apply(work.square, [7])).toBe(49);
    });
  });

  test('one signal may stop thousands of tasks, and only those', async () => {
    await withPool(make({ workers: 2, graceTime: 10 }), async (pool) => {
      const controller = new AbortController();
      const { signal } = controller;
      const ours = Array.from({ length: 2000 }, () => pool.applyAsync(work.sleep, [20_000], { signal }));
      const others = Array.from({ length: 20 }, (_, index) => pool.apply(work.square, [index]));
      controller.abort(new Error('all of them'));
      const errors = await Promise.all(ours.map((result) => errorOf(result)));
      expect(errors.every((error) => error.message === 'all of them')).toBe(true);
      expect(await Promise.all(others)).toHaveLength(20);
      expect(pool.stats().tasks).toMatchObject({ aborted: 2000, succeeded: 20 });
    });
  });

  test('the first error of a map drops its waiting tasks', async () => {
    await withPool(make({ workers: 1 }), async (pool) => {
      const items = Array.from({ length: 100 }, (_, index) => index);
      await expect(pool.map(work.failOnOdd, items, { chunkSize: 1 })).rejects.toThrow('odd: 1');
      const { tasks } = pool.stats();
      expect(tasks).toMatchObject({ succeeded: 1, failed: 1, waiting: 0 });
      expect(tasks.aborted).toBe(98 - tasks.running);
    });
  });
});

describe.each(poolKindsAndTransports)('%s: order and retries', (_name, make) => {
  test('higher priorities go first, equal ones in order', async () => {
    await withPool(make({ workers: 1 }), async (pool) => {
      const order: string[] = [];
      const priorities = [0, 5, -1, 5, 0, Infinity];
      const blocker = pool.apply(work.sleep, [shortDelay]);
      const calls = priorities.map(async (priority, index) => {
        await pool.apply(work.nothing, [], { priority });
        order.push(`${priority}#${index}`);
      });
      await Promise.all([blocker, ...calls]);
      expect(order).toEqual(['Infinity#5', '5#1', '5#3', '0#0', '0#4', '-1#2']);
    });
  });

  test('a task that fails is tried again, as often as it may', async () => {
    await withPool(make({ workers: 2 }), async (pool) => {
      expect(await pool.apply(work.flaky, [3], { retries: 2 })).toBe(3);
      await expect(pool.apply(work.flaky, [3], { retries: 1 })).rejects.toThrow('attempt 2');
      expect(await pool.map(work.flaky, [2, 2, 2], { retries: 5, chunkSize: 1 })).toEqual([2, 2, 2]);
      expect(await pool.apply(work.flakyWorker, [3], { retries: 2 })).toBe(3);
      await expect(pool.apply(work.flakyWorker, [3], { retries: 1 })).rejects.toThrow('exit code 7');
      expect(pool.stats().tasks.retried).toBe(2 + 1 + 3 + 2 + 1);
    });
  });

  test('errors that would only repeat are not retried', async () => {
    await withPool(make({ workers: 1 }), async (pool) => {
      await expect(pool.apply(work.notCloneable, [], { retries: 9 })).rejects.toThrow('result.inner');
      const module = new URL('./fixtures/no-module.mjs', import.meta.url);
      await expect(pool.apply({ module, name: 'x' }, [], { retries: 9 })).rejects.toThrow('no module');
      expect(pool.stats().tasks.retried).toBe(0);
    });
  });
});

test('a thread sees an abort in a loop that never returns to the event loop', async () => {
  const [, make] = poolKindsAndTransports[0] ?? [];
  if (!make) throw new Error('no kinds');
  await withPool(make({ workers: 1, graceTime: 20_000 }), async (pool) => {
    const before = await pool.apply(work.whoAmI);
    await expect(pool.apply(work.spinUntilAborted, [], { timeout: shortDelay })).rejects.toThrow(
      TimeoutError,
    );
    expect(await pool.apply(work.whoAmI)).toBe(before);
  });
});

import { asCompleted, CancelledError, Future, TimeoutError, wait } from '@manycore/pool';
import { expectNoLeaks, mediumDelay, shortDelay, until } from '@manycore/testing';
import { describe, expect, test } from 'vitest';
import * as work from './fixtures/work.mjs';
import { errorOf, poolKindsAndTransports, startSharing, withPool } from './pool-kinds.js';

expectNoLeaks({ prepare: startSharing });

describe.each(poolKindsAndTransports)('%s: futures', (_name, make) => {
  test('a future tells its state', async () => {
    await withPool(make({ workers: 1 }), async (pool) => {
      const slow = pool.submit(work.sleep, mediumDelay);
      const queued = pool.submit(work.square, 3);
      expect(slow).toBeInstanceOf(Future);
      await until(() => slow.running());
      expect([slow.done(), queued.running(), queued.done()]).toEqual([false, false, false]);
      await expect(slow.result({ timeout: 0 })).rejects.toThrow(TimeoutError);
      expect(await queued).toBe(9);
      expect([slow.running(), slow.done(), slow.cancelled()]).toEqual([false, true, false]);
      expect(await slow.result()).toBe(mediumDelay);
      expect(await slow.exception()).toBe(undefined);
    });
  });

  test('only a call that is not running can be cancelled', async () => {
    await withPool(make({ workers: 1 }), async (pool) => {
      const slow = pool.submit(work.sleep, mediumDelay);
      const queued = pool.submit(work.square, 3);
      await until(() => slow.running());
      expect([slow.cancel(), queued.cancel(), queued.cancel()]).toEqual([false, true, true]);
      expect(queued.cancelled()).toBe(true);
      await expect(queued.result()).rejects.toThrow(CancelledError);
      await expect(queued.exception()).rejects.toThrow(CancelledError);
      await expect(queued.exception({ timeout: 0 })).rejects.toThrow(CancelledError);
      expect(await slow).toBe(mediumDelay);
      expect(slow.cancel()).toBe(false);
    });
  });

  test('a done callback is called with its future', async () => {
    await withPool(make({ workers: 1 }), async (pool) => {
      const failed = pool.submit(work.fail, 'no');
      // In an array: to resolve with a future would be to follow it.
      const told = await new Promise((resolve) => failed.addDoneCallback((future) => resolve([future])));
      expect(told).toEqual([failed]);
      expect(failed.done()).toBe(true);
      expect(await failed.exception()).toMatchObject({ message: 'no' });
    });
  });

  test('asCompleted yields each as it settles', async () => {
    await withPool(make({ workers: 2, minWorkers: 2 }), async (pool) => {
      await until(() => pool.stats().workers.idle === 2);
      const slow = pool.submit(work.sleep, mediumDelay);
      const failed = pool.submit(work.fail, 'no');
      const quick = pool.submit(work.sleep, 1);
      const order: unknown[] = [];
      for await (const future of asCompleted([slow, failed, quick, quick])) order.push(future);
      expect(order).toHaveLength(3);
      expect(order[2]).toBe(slow);
      expect(new Set(order)).toEqual(new Set([slow, failed, quick]));

      const inputs = new Map([[quick, 'quick'], [slow, 'slow']]);
      const results: unknown[] = [];
      for await (const future of asCompleted(inputs.keys())) {
        results.push([inputs.get(future), await future.result()]);
      }
      expect(results).toEqual([['quick', 1], ['slow', mediumDelay]]);

      const late = asCompleted([pool.submit(work.sleep, shortDelay)], { timeout: 0 });
      await expect(late.next()).rejects.toThrow(TimeoutError);
      expect(await asCompleted([]).next()).toEqual({ done: true, value: undefined });
    });
  });

  test('wait returns which are done', async () => {
    await withPool(make({ workers: 2, minWorkers: 2 }), async (pool) => {
      await until(() => pool.stats().workers.idle === 2);
      const slow = pool.submit(work.sleep, mediumDelay);
      const quick = pool.submit(work.sleep, 1);
      const nothing = await wait([slow], { timeout: 0 });
      expect([nothing.done.size, nothing.notDone.size]).toEqual([0, 1]);
      const first = await wait([slow, quick], { returnWhen: 'FIRST_COMPLETED' });
      expect([...first.done]).toEqual([quick]);
      expect([...first.notDone]).toEqual([slow]);
      const failed = pool.submit(work.fail, 'no');
      const exception = await wait([slow, failed], { returnWhen: 'FIRST_EXCEPTION' });
      expect([...exception.done]).toContain(failed);
      const all = await wait([slow, quick, failed, Promise.resolve(1)]);
      expect([all.done.size, all.notDone.size]).toEqual([4, 0]);
      expect(await errorOf(wait([], { returnWhen: 'SOME' as never }))).toBeInstanceOf(RangeError);
    });
  });
});

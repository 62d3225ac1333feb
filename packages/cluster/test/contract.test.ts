// What every `TaskPool` does alike. What blocks its caller or starts workers (applySync, mapSync, resize) is not part
// of it, nor what is shared memory: a cluster has none.
import {
  asCompleted,
  AsyncResult,
  CancelledError,
  type Future,
  InvalidStateError,
  PoolClosedError,
  PoolFullError,
  type TaskPool,
  TimeoutError,
  wait,
} from '@manycore/pool';
import { expectNoLeaks, mediumDelay, smallDelay, until } from '@manycore/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { work } from './fixtures/tasks.mjs';
import { errorOf } from './support/outcomes.js';
import { Place, poolKinds, startSharing } from './support/pool-kinds.js';
import { noRedis } from './support/redis.js';

const fixtures = new URL('./fixtures/tasks.mjs', import.meta.url);

expectNoLeaks({ prepare: startSharing });

describe.each(poolKinds)('%s', (kind) => {
  const isCluster = kind.startsWith('ClusterPool');
  describe.skipIf(isCluster && noRedis !== undefined)('as a TaskPool', () => {
    let place: Place;
    /** For all tests that do not end it: to start workers is most of what they would take. */
    let pool: TaskPool;

    beforeAll(async () => {
      place = await Place.open(kind, fixtures);
      pool = place.makePool();
      await pool.map(work.nap, [50, 50, 50, 50], { chunkSize: 1 });
    });

    afterAll(async () => {
      await pool[Symbol.asyncDispose]();
      await place[Symbol.asyncDispose]();
    });

    const items = Array.from({ length: 101 }, (_, index) => index);
    const squares = items.map((n) => n * n);

    test('calls, in each form', async () => {
      expect(await pool.apply(work.add, [2, 3])).toBe(5);
      expect(await pool.map(work.square, items)).toEqual(squares);
      expect(await pool.map(work.square, generate(5), { chunkSize: 2 })).toEqual([0, 1, 4, 9, 16]);
      expect(await pool.map(work.square, generateAsync(3))).toEqual([0, 1, 4]);
      expect(await pool.map(work.square, [])).toEqual([]);
      expect(await pool.starmap(work.add, [[1, 2], [3, 4]])).toEqual([3, 7]);
      const result = pool.applyAsync(work.square, [4]);
      expect(result).toBeInstanceOf(AsyncResult);
      expect([await result.get(), result.ready(), result.successful()]).toEqual([16, true, true]);
      expect(await pool.mapAsync(work.square, [1, 2])).toEqual([1, 4]);
      expect(await pool.starmapAsync(work.add, [[1, 1]])).toEqual([2]);
    });

    test('streams keep their order, bound what they read, and go on behind an error', async () => {
      const results: number[] = [];
      for await (const n of pool.imap(work.square, items, { chunkSize: 10 })) results.push(n);
      expect(results).toEqual(squares);
      const unordered: number[] = [];
      for await (const n of pool.imapUnordered(work.square, items)) unordered.push(n);
      expect(unordered.sort((a, b) => a - b)).toEqual(squares);
      const settled = [];
      for await (const each of pool.imap(work.failOnOdd, [0, 1, 2], { settle: true })) settled.push(each.status);
      expect(settled).toEqual(['fulfilled', 'rejected', 'fulfilled']);
      const endless = pool.imap(work.square, generate(Infinity), { readAhead: 8 });
      expect([await endless.next(), await endless.next()].map(({ value }) => value)).toEqual([0, 1]);
      await endless.return();
    });

    test('futures tell their state', async () => {
      const futures = [pool.submit(work.nap, smallDelay), pool.submit(work.nap, 1)];
      await until(() => futures.every((future) => future.running() || future.done()));
      const order: number[] = [];
      for await (const future of asCompleted(futures)) order.push(await future.result());
      expect(order).toEqual([1, smallDelay]);
      const failed = pool.submit(work.fail, 'no');
      expect((await wait([failed], { returnWhen: 'FIRST_EXCEPTION' })).done.size).toBe(1);
      expect(await failed.exception()).toBeInstanceOf(RangeError);
    });

    test('errors arrive as the same class, with their properties', async () => {
      const error = await errorOf(pool.apply(work.fail, ['broken']));
      expect(error).toBeInstanceOf(RangeError);
      expect(error).toMatchObject({ message: 'broken', code: 'E_TEST' });
      expect(error.stack).toContain('tasks.mjs');
      await expect(pool.map(work.failOnOdd, [0, 2, 3, 4])).rejects.toThrow('odd: 3');
      const inner = new RangeError('inside', { cause: new TypeError('why') });
      const arrived = await pool.apply(work.same, [new Map([['error', inner]])]);
      expect((arrived as Map<string, Error>).get('error')).toBeInstanceOf(RangeError);
    });

    test('values arrive exactly as they were', async () => {
      const cyclic: Record<string, unknown> = { name: 'cycle' };
      cyclic['self'] = cyclic;
      const values: unknown[] = [
        undefined, null, -0, NaN, 2n ** 70n, 'a\ud800b', 'ünï', [1, undefined, 3],
        { a: undefined, b: [{}] }, new Date(0), /x/gi, new Map([[{}, new Set([1])]]),
        new Float64Array([1, NaN]), new Uint8Array([1, 2]).buffer, new DataView(new ArrayBuffer(2)),
        // Between threads a Buffer arrives as the Uint8Array that it is.
        ...(kind === 'ThreadPool' ? [] : [Buffer.from('bytes')]), { x: 1.5, text: 'small' }, 'x'.repeat(100_000),
      ];
      for (const value of values) expect(await pool.apply(work.same, [value])).toEqual(value);
      expect(await pool.map(work.same, values, { chunkSize: 5 })).toEqual(values);
      const back = (await pool.apply(work.same, [cyclic])) as typeof cyclic;
      expect(back['self']).toBe(back);
      const sparse = new Array<unknown>(3);
      expect(0 in ((await pool.apply(work.same, [sparse])) as unknown[])).toBe(false);
    });

    test('a value that cannot cross is named by its path', async () => {
      const bad = { items: [() => 1] };
      await expect(pool.apply(work.same, [bad])).rejects.toThrow('args[0].items[0]');
      await expect(pool.map(work.same, [1, 2, bad])).rejects.toThrow('items[2].items[0]');
      await expect(pool.apply(work.notCloneable)).rejects.toThrow('result.inner[0]');
      await expect(pool.map(work.notCloneableOn3, [1, 2, 3])).rejects.toThrow('results[2].callback');
    });

    test('timeouts, signals and retries', async () => {
      // Of its own: workers are replaced.
      await using own = await Place.open(kind, fixtures);
      await using stopping = own.makePool();
      expect(await errorOf(stopping.apply(work.spin, [], { timeout: smallDelay }))).toBeInstanceOf(TimeoutError);
      const controller = new AbortController();
      const stopped = errorOf(stopping.apply(work.spin, [], { signal: controller.signal }));
      controller.abort(new Error('enough'));
      expect((await stopped).message).toBe('enough');
      expect(await errorOf(stopping.map(work.spin as never, [1, 2], { timeout: smallDelay }))).toBeInstanceOf(TimeoutError);
      expect(await errorOf(stopping.apply(work.fail, ['again'], { retries: 2 }))).toBeInstanceOf(RangeError);
      expect(await stopping.apply(work.square, [3])).toBe(9);
    });

    test('callbacks, progress and statistics', async () => {
      const dones: number[] = [];
      await pool.map(work.square, items, { chunkSize: 50, onProgress: ({ done }) => dones.push(done) });
      expect(dones.at(-1)).toBe(101);
      const value = await new Promise((callback) => {
        pool.applyAsync(work.square, [4], { callback });
      });
      expect(value).toBe(16);
      expect(pool.stats().tasks).toMatchObject({ waiting: 0, running: 0 });
      expect(pool.stats().tasks.succeeded).toBeGreaterThan(4);
    });

    test('cancel, close, join', async () => {
      const ending = place.makePool({ maxQueue: 1 });
      const naps: Future<number>[] = [];
      for (let count = 0; count < 4; count += 1) {
        naps.push(ending.submit(work.nap, mediumDelay));
        await until(() => naps.every((nap) => nap.running() || nap.done()));
      }
      const waiting = ending.submit(work.nap, mediumDelay);
      if (!waiting.running()) {
        expect(await errorOf(ending.apply(work.square, [2]))).toBeInstanceOf(PoolFullError);
        expect(waiting.cancel()).toBe(true);
        expect(await errorOf(waiting)).toBeInstanceOf(CancelledError);
      }
      await expect(ending.join()).rejects.toThrow(InvalidStateError);
      ending.close();
      expect(() => ending.submit(work.square, 3)).toThrow(PoolClosedError);
      expect(await Promise.all(naps)).toEqual(naps.map(() => mediumDelay));
      await ending.join();
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

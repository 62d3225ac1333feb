// Blocking calls by the rings of a leased worker: what differs from those by the host, and that nothing else does.
import { Value } from '@manycore/memory';
import { Thread } from '@manycore/thread';
import { PoolClosedError, type Pool, TimeoutError, WorkerDiedError } from '@manycore/pool';
import { expectNoLeaks, repeat, smallDelay, until } from '@manycore/testing';
import { describe, expect, test } from 'vitest';
import * as leased from './fixtures/leased.mjs';
import { blockForever } from './fixtures/nested.mjs';
import * as scribblers from './fixtures/scribblers.mjs';
import * as work from './fixtures/work.mjs';
import { errorOf, poolKinds, startSharing, withPool, withSharedMemory } from './pool-kinds.js';

expectNoLeaks({ prepare: startSharing });

/** The worker that answers now; undefined when it exits with the call. */
function settledWorkerId(pool: Pool): number | undefined {
  try {
    return pool.applySync(leased.workerId);
  } catch (error) {
    expect(error).toBeInstanceOf(WorkerDiedError);
    return undefined;
  }
}

/** Blocking calls until they go by a lease, and the next ones of these functions too. */
async function lease(pool: Pool, ...functions: (() => unknown)[]): Promise<void> {
  // The code of the rings is loaded while the event loop turns.
  await until(() => pool.applySync(leased.cameByLease));
  for (const call of functions) call();
  expect(pool.applySync(leased.cameByLease)).toBe(true);
}

const values: readonly unknown[] = [
  0, -0, 1.5, NaN, 2 ** 53, 'text', '', '日本', '\ud800', true, null, undefined, 10n, { a: 1, b: 'two', c: undefined },
  { nested: { list: [1, [2, { three: 3 }]] } }, JSON.parse('{ "__proto__": 1 }'), [], [1, 2, 3], [1, undefined],
  new Date(5), /x/g, new Map([[1, { a: 1 }]]), new Set(['a']), new RangeError('no'), new Uint8Array([1, 2]),
  new Float64Array([0.5]), new ArrayBuffer(2), 'long'.repeat(5000), new Uint8Array(100_000).fill(7),
];

describe.each(withSharedMemory(poolKinds))('%s: blocking calls by a leased worker', (_, make) => {
  test('the first calls are requests; long ones stay so', async () => {
    await withPool(make({ workers: 1 }), async (pool) => {
      for (let n = 0; n < 5; n += 1) pool.applySync(work.sleep, [10]);
      expect(pool.applySync(leased.cameByLease)).toBe(false);
      await lease(pool);
    });
    await withPool(make({ workers: 1, maxTasksPerWorker: 50 }), async (pool) => {
      for (let n = 0; n < 20; n += 1) {
        expect(pool.applySync(leased.cameByLease)).toBe(false);
        await work.sleep(1);
      }
    });
  });

  test('values arrive as they do by requests, as arguments and as results', async () => {
    await withPool(make({ workers: 2 }), async (pool) => {
      const cold = values.map((value) => pool.applySync(work.same, [value], { timeout: 60_000 }));
      await lease(pool, () => pool.applySync(work.same, [1]));
      expect(values.map((value) => pool.applySync(work.same, [value]))).toStrictEqual(cold);
      expect(pool.applySync(work.add, [2, 3])).toBe(5);
      expect(pool.applySync(work.laterSquare, [9])).toBe(81);
      expect(pool.mapSync(work.square, [1, 2, 3])).toEqual([1, 4, 9]);
      expect(pool.applySync(work.storedName, ['context'])).toBe('context');
      expect(() => pool.applySync(work.same, [() => 1])).toThrow('args[0]');
      expect(() => pool.applySync(work.notCloneable)).toThrow('result.inner[0]');
      expect(pool.applySync(leased.cameByLease)).toBe(true);
    });
  });

  test('errors arrive with their class and properties', async () => {
    await withPool(make({ workers: 1 }), async (pool) => {
      await lease(pool, () => expect(() => pool.applySync(work.fail, ['first'])).toThrow('first'));
      const failure = expect.objectContaining({ message: 'no', code: 'E_TEST' }) as Error;
      expect(() => pool.applySync(work.fail, ['no'])).toThrow(failure);
      expect(() => pool.applySync(work.fail, ['no'])).toThrow(RangeError);
      expect(pool.applySync(leased.cameByLease)).toBe(true);
    });
  });

  test('one worker runs one call after the other, whichever way they come', async () => {
    await withPool(make({ workers: 1, graceTime: 60_000 }), async (pool) => {
      const numbers = [pool.applySync(leased.nextNumber)];
      await lease(pool, () => numbers.push(pool.applySync(leased.nextNumber)));
      for (let n = 0; n < 10; n += 1) {
        numbers.push(pool.applySync(leased.nextNumber, [], { timeout: n % 2 === 0 ? 60_000 : undefined }));
      }
      expect(numbers).toEqual(numbers.map((__, n) => n + 1));
      pool.applySync(leased.overlap, [0]);
      // It is abandoned, and goes on for a while: the next call waits for it.
      expect(() => pool.applySync(leased.stubborn, [200], { timeout: 20 })).toThrow(TimeoutError);
      expect(pool.applySync(leased.overlap, [0])).toBe(1);
      await lease(pool);
    });
  });

  test('a getter among the arguments may call the pool, or close it', async () => {
    await withPool(make({ workers: 1 }), async (pool) => {
      await lease(pool, () => pool.applySync(work.same, [1]));
      const calling = { get value() { return pool.applySync(work.same, [7]); } };
      expect(pool.applySync(work.same, [calling])).toEqual({ value: 7 });
      const closing = { get value() { pool.close(); return 1; } };
      expect(() => pool.applySync(work.same, [closing])).toThrow(PoolClosedError);
      expect(() => pool.applySync(work.same, [1])).toThrow(PoolClosedError);
    });
  });

  test('a worker that dies while it runs a call costs that call', repeat(async () => {
    await withPool(make({ workers: 1 }), async (pool) => {
      await lease(pool, () => pool.applySync(leased.exitUnless, [0]), () => pool.applySync(work.square, [1]));
      const error = await errorOf(Promise.resolve().then(() => pool.applySync(leased.exitUnless, [3])));
      expect(error).toBeInstanceOf(WorkerDiedError);
      expect(error).toMatchObject({ exitCode: 3 });
      expect(error.message).toContain('while it ran `exitUnless`');
      expect(pool.applySync(work.square, [3])).toBe(9);
      await lease(pool);
    });
  }, { times: 3 }));

  test('a worker that dies between two calls costs none', repeat(async () => {
    await withPool(make({ workers: 1 }), async (pool) => {
      await lease(
        pool,
        () => pool.applySync(leased.answerAndExit, [0]),
        () => pool.applySync(work.square, [1]),
        () => pool.applySync(leased.workerId),
      );
      const first = pool.applySync(leased.workerId);
      expect(pool.applySync(leased.answerAndExit, [4])).toBe(4);
      // The worker may be about to exit, or have exited: no call of this may be lost or run twice.
      const outcomes = Array.from({ length: 20 }, (__, n) => {
        try {
          return pool.applySync(work.square, [n]);
        } catch (error) {
          expect(error).toBeInstanceOf(WorkerDiedError);
          return n * n;
        }
      });
      expect(outcomes).toEqual(outcomes.map((__, n) => n * n));
      // Until it has really exited, calls go on to come by its lease.
      await until(() => settledWorkerId(pool) !== first);
      await lease(pool);
    });
  }, { times: 3 }));

  test('a worker that is idle for too long ends, after the call that it runs', async () => {
    await withPool(make({ workers: 1, minWorkers: 0, idleTimeout: 1000 }), async (pool) => {
      await lease(pool, () => pool.applySync(work.sleep, [0]));
      const id = pool.applySync(leased.workerId);
      expect(pool.applySync(work.sleep, [1500])).toBe(1500);
      for (let n = 0; n < 7; n += 1) await work.sleep(pool.applySync(work.sleep, [100]));
      expect(pool.applySync(leased.workerId)).toBe(id);
      await work.sleep(2000);
      expect(pool.applySync(work.square, [3])).toBe(9);
      await lease(pool);
    });
  });

  test('a worker that scribbles over the rings costs its own call', async () => {
    for (const how of Object.keys(scribblers.scribbles) as (keyof typeof scribblers.scribbles)[]) {
      await withPool(make({ workers: 1 }), async (pool) => {
        pool.applySync(scribblers.honest, [1]);
        await lease(pool, () => pool.applySync(scribblers.honest, [1]));
        for (let n = 0; n < 3; n += 1) expect(pool.applySync(scribblers.honest, [n])).toBe(n);
        const attempt = (): unknown => pool.applySync(scribblers.scribble, [how]);
        const outcome = await Promise.resolve().then(attempt).then(attempt).catch((error: unknown) => error);
        // The first attempt may have ended the worker after its answer: then the second met another one.
        if (outcome !== 'scribbled' && outcome !== 'no rings') expect(outcome, how).toBeInstanceOf(Error);
        const next = [1, 2, 3].map((n) => pool.applySync(scribblers.honest, [n], { retries: 5 }));
        expect(next, how).toEqual([1, 2, 3]);
      });
    }
  });

  test('a pool that is terminated leaves nothing', async () => {
    const pool = make({ workers: 2 });
    await lease(pool);
    await pool.terminate();
    expect(() => pool.applySync(work.nothing)).toThrow(PoolClosedError);
  });
});

test('a thread that blocks in a call of a leased worker can be terminated', async () => {
  const gate = new Value('i32', 0);
  const thread = new Thread({ target: blockForever, args: [gate] });
  thread.start();
  await until(() => gate.value === 1);
  await work.sleep(smallDelay);
  thread.terminate();
  await thread.join();
});

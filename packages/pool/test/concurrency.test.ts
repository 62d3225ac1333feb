// The option `concurrency`: several tasks in a worker at a time.
import { Value } from '@manycore/memory';
import { type Pool, ProcessPool, ThreadPool, TimeoutError, WorkerDiedError } from '@manycore/pool';
import { expectNoLeaks, repeat, smallDelay, until } from '@manycore/testing';
import { describe, expect, test } from 'vitest';
import * as beside from './fixtures/beside.mjs';
import { errorOf, poolKinds, startSharing, withPool } from './pool-kinds.js';

expectNoLeaks({ prepare: startSharing });

function counter(): Value<'i32'> {
  return new Value('i32', 0, { scope: 'processes' });
}

/** What a promise resolves with; or the name of what it rejects with. */
function outcome(promise: PromiseLike<unknown>): Promise<unknown> {
  return Promise.resolve(promise).catch((error: unknown) => (error as Error).name);
}

describe.each(poolKinds)('%s: concurrency', (kind, make) => {
  /** One worker, with `count` tasks of `waitHere` that run in it. */
  async function withBusyWorker(
    count: number,
    body: (pool: Pool, others: Promise<unknown>[], open: () => void, begun: Value<'i32'>) => Promise<void>,
    retries = 0,
  ): Promise<void> {
    await withPool(make({ workers: 1, concurrency: count + 1, graceTime: smallDelay }), async (pool) => {
      const begun = counter();
      const gate = counter();
      const others = Array.from({ length: count }, (_, n) =>
        outcome(pool.apply(beside.waitHere, [begun, gate, n], { retries })),
      );
      await until(() => begun.value === count);
      const open = (): void => {
        gate.value = 1;
      };
      try {
        await body(pool, others, open, begun);
      } finally {
        open();
      }
    });
  }

  test('so many tasks run in one worker at a time, and never more', async () => {
    await withPool(make({ workers: 1, concurrency: 3 }), async (pool) => {
      const gate = counter();
      const results = await Promise.all(Array.from({ length: 9 }, () => pool.apply(beside.meet, [gate, 3])));
      expect(new Set(results.map(({ place }) => place)).size).toBe(1);
      expect(Math.max(...results.map(({ most }) => most))).toBe(3);
    });
  });

  test('by default one task runs at a time', async () => {
    await withPool(make({ workers: 1 }), async (pool) => {
      const gate = counter();
      const results = Array.from({ length: 4 }, () => pool.apply(beside.meet, [gate, 2]));
      gate.value = 1;
      for (const { most } of await Promise.all(results)) expect(most).toBe(1);
    });
  });

  test('idle workers come first, then the one with the fewest tasks', async () => {
    await withPool(make({ workers: 3, concurrency: 2 }), async (pool) => {
      await pool.ready();
      const gate = counter();
      const three = Array.from({ length: 3 }, () => pool.apply(beside.meet, [gate, 3]));
      expect(pool.stats()).toMatchObject({ workers: { busy: 3, idle: 0 }, tasks: { running: 3, waiting: 0 } });
      const more = Array.from({ length: 4 }, () => pool.apply(beside.meet, [gate, 3]));
      expect(pool.stats()).toMatchObject({ workers: { busy: 3, idle: 0 }, tasks: { running: 6, waiting: 1 } });
      gate.value = 1;
      const places = (await Promise.all(three)).map(({ place }) => place);
      expect(new Set(places).size).toBe(3);
      await Promise.all(more);
    });
  });

  test('a pool grows while tasks share a worker', async () => {
    await withPool(make({ workers: 2, concurrency: 2 }), async (pool) => {
      await pool.ready({ workers: 1 });
      const [begun, gate] = [counter(), counter()];
      const results = [1, 2].map((n) => pool.apply(beside.waitHere, [begun, gate, n]));
      await until(() => pool.stats().workers.idle === 1);
      gate.value = 1;
      expect(await Promise.all(results)).toEqual([1, 2]);
    });
  });

  test('every form of call', async () => {
    await withPool(make({ workers: 2, concurrency: 3 }), async (pool) => {
      const numbers = Array.from({ length: 40 }, (_, n) => n);
      expect(await pool.map(beside.sameTaskOf, numbers.map((n) => n % 4))).toEqual(numbers.map((n) => n % 4));
      expect(await pool.map(beside.sum, numbers, { chunkSize: 1 })).toEqual(numbers.map((n) => beside.sum(n)));
      const streamed: number[] = [];
      for await (const result of pool.imap(beside.sum, numbers)) streamed.push(result);
      expect(streamed).toEqual(numbers.map((n) => beside.sum(n)));
      expect(await Promise.all(numbers.map((n) => pool.submit(beside.sum, n)))).toEqual(streamed);
      expect(pool.applySync(beside.sum, [10])).toBe(55);
      expect(pool.mapSync(beside.sum, [1, 2, 3])).toEqual([1, 3, 6]);
    });
  });

  test('the current task is right after an await', repeat(async () => {
    await withPool(make({ workers: 1, concurrency: 4 }), async (pool) => {
      const results = Array.from({ length: 12 }, (_, n) => pool.apply(beside.sameTask, [n]));
      expect(await Promise.all(results)).toEqual(results.map(() => true));
    });
  }));

  test('an abort signals one of three tasks', async () => {
    await withBusyWorker(2, async (pool, others, open, begun) => {
      const abort = new AbortController();
      const aborted = counter();
      const third = outcome(pool.apply(beside.waitForAbort, [begun, aborted], { signal: abort.signal }));
      await until(() => begun.value === 3);
      abort.abort();
      expect(await third).toBe('AbortError');
      await until(() => aborted.value === 1);
      open();
      expect(await Promise.all(others)).toEqual([0, 1]);
      expect(pool.stats().workers.started).toBe(1);
    });
  });

  test('a timeout of one of three tasks', async () => {
    await withBusyWorker(2, async (pool, others, open, begun) => {
      const aborted = counter();
      const error = await errorOf(pool.apply(beside.waitForAbort, [begun, aborted], { timeout: smallDelay }));
      expect(error).toBeInstanceOf(TimeoutError);
      open();
      expect(await Promise.all(others)).toEqual([0, 1]);
    });
  });

  test('a task that does not stop costs its worker: the others say why', async () => {
    await withPool(make({ workers: 1, concurrency: 2, graceTime: smallDelay }), async (pool) => {
      const [begun, gate] = [counter(), counter()];
      const other = errorOf(pool.apply(beside.waitHere, [begun, gate, 1]));
      await until(() => begun.value === 1);
      await expect(pool.apply(beside.ignoreAbort, [begun], { timeout: smallDelay })).rejects.toThrow(TimeoutError);
      const error = await other;
      expect(error).toBeInstanceOf(WorkerDiedError);
      expect(error.message).toContain('killed for another task');
      expect(await pool.apply(beside.sum, [4])).toBe(10);
    });
  });

  test('those with retries are run again, and it is none of their retries', async () => {
    await withPool(make({ workers: 1, concurrency: 2, graceTime: smallDelay }), async (pool) => {
      const [begun, gate] = [counter(), counter()];
      const other = pool.apply(beside.waitAttempt, [begun, gate, 'other'], { retries: 1 });
      for (let killed = 1; killed <= 2; killed += 1) {
        await until(() => begun.value === 2 * killed - 1);
        await expect(pool.apply(beside.ignoreAbort, [begun], { timeout: smallDelay })).rejects.toThrow(TimeoutError);
        await until(() => pool.stats().workers.started === killed + 1);
      }
      gate.value = 1;
      expect(await other).toEqual({ value: 'other', attempt: 3 });
    });
  });

  test('an exit fails the tasks that ran there, and no others', async () => {
    await withPool(make({ workers: 2, concurrency: 3 }), async (pool) => {
      await pool.ready();
      const [begun, gate, fatal] = [counter(), counter(), counter()];
      // Each goes to the worker with the fewest tasks: so three of six are in each.
      const exit = pool.apply(beside.exitHere, [begun, fatal]);
      const calls = [
        exit,
        ...[1, 2, 3, 4, 5].map((n) => pool.apply(beside.waitHere, [begun, gate, n])),
      ];
      const outcomes = calls.map(outcome);
      const waiting = pool.apply(beside.sum, [4]);
      await until(() => begun.value === 6);
      fatal.value = 1;
      expect(await waiting).toBe(10);
      gate.value = 1;
      const ends = await Promise.all(outcomes);
      expect(ends.filter((end) => end === 'WorkerDiedError')).toHaveLength(3);
      expect(ends.filter((end) => typeof end === 'number')).toHaveLength(3);
      expect(await errorOf(exit)).toMatchObject({ exitCode: 7 });
    });
  });

  test('an exit with retries runs them again', async () => {
    await withBusyWorker(2, async (pool, others, open, begun) => {
      const fatal = counter();
      const third = outcome(pool.apply(beside.exitHere, [begun, fatal]));
      await until(() => begun.value === 3);
      fatal.value = 1;
      expect(await third).toBe('WorkerDiedError');
      open();
      expect(await Promise.all(others)).toEqual([0, 1]);
    }, 1);
  });

  test('failures are retried beside each other', async () => {
    await withPool(make({ workers: 1, concurrency: 4 }), async (pool) => {
      const results = [0, 1, 2, 3, 0, 1].map((failures) => pool.apply(beside.failFirst, [failures], { retries: 3 }));
      expect(await Promise.all(results)).toEqual([1, 2, 3, 4, 1, 2]);
    });
  });

  test('a worker is replaced after so many tasks', async () => {
    await withPool(make({ workers: 1, concurrency: 3, maxTasksPerWorker: 4 }), async (pool) => {
      const gate = counter();
      gate.value = 1;
      const results = await Promise.all(Array.from({ length: 12 }, () => pool.apply(beside.meet, [gate, 3])));
      const counts = new Map<string, number>();
      for (const { place } of results) counts.set(place, (counts.get(place) ?? 0) + 1);
      expect([...counts.values()]).toEqual([4, 4, 4]);
    });
  });

  test('resize, priorities and maxQueue', async () => {
    await withPool(make({ workers: 1, concurrency: 2, maxQueue: 2 }), async (pool) => {
      const [begun, gate] = [counter(), counter()];
      const running = [1, 2].map((n) => pool.apply(beside.waitHere, [begun, gate, n]));
      await until(() => begun.value === 2);
      const order: string[] = [];
      const low = pool.apply(beside.sum, [1], { priority: 0 }).then(() => order.push('low'));
      const high = pool.apply(beside.sum, [1], { priority: 1 }).then(() => order.push('high'));
      await expect(pool.apply(beside.sum, [1])).rejects.toMatchObject({ name: 'PoolFullError' });
      gate.value = 1;
      await Promise.all([...running, low, high]);
      expect(order).toEqual(['high', 'low']);
      pool.resize({ workers: 2 });
      expect(await pool.map(beside.sum, [1, 2, 3], { chunkSize: 1 })).toEqual([1, 3, 6]);
    });
  });

  test('terminate ends all tasks of a worker', async () => {
    await withBusyWorker(3, async (pool, others) => {
      await pool.terminate();
      expect(await Promise.all(others)).toEqual(others.map(() => 'PoolTerminatedError'));
    });
  });

  test('one task of several spins until it is aborted, after others were', async () => {
    await withPool(make({ workers: 1, concurrency: 3, graceTime: 60_000 }), async (pool) => {
      const aborts = Array.from({ length: 3 }, () => new AbortController());
      // Counters of their own: what spins while another task holds the lock of one would wait forever.
      const begun = aborts.map(counter);
      const aborted = aborts.map(counter);
      const ends: Promise<unknown>[] = [];
      for (const [n, { signal }] of aborts.entries()) {
        const counters = [begun[n] ?? counter(), aborted[n] ?? counter()] as const;
        const task = n < 2 ? beside.waitForAbort : beside.spinForAbort;
        ends.push(outcome(pool.apply(task, [...counters], { signal })));
        await until(() => counters[0].value === 1);
      }
      // A thread sees it in a loop; a process between two turns of its event loop.
      for (const abort of aborts.reverse()) abort.abort();
      expect(await Promise.all(ends)).toEqual(['AbortError', 'AbortError', 'AbortError']);
      await until(() => aborted.every(({ value }) => value === 1));
      expect(await pool.apply(beside.sum, [4])).toBe(10);
      expect(pool.stats().workers.started).toBe(1);
    });
  });

  test.each([0, 1.5, NaN, -1, '2', Infinity])('%s is refused', (value) => {
    const options = { workers: 1, concurrency: value as number };
    const made = (): Pool => (kind === 'ThreadPool' ? new ThreadPool(options) : new ProcessPool(options));
    expect(made).toThrow('concurrency must be');
  });
});

test('a killed process fails the tasks that ran there', async () => {
  await withPool(new ProcessPool({ workers: 1, concurrency: 3 }), async (pool) => {
    const [begun, gate] = [counter(), counter()];
    const calls = [
      pool.apply(beside.killHere, [begun, gate]),
      ...[1, 2].map((n) => pool.apply(beside.waitHere, [begun, counter(), n])),
    ];
    const errors = calls.map(errorOf);
    await until(() => begun.value === 3);
    gate.value = 1;
    for (const error of await Promise.all(errors)) {
      expect(error).toBeInstanceOf(WorkerDiedError);
      expect(error).toMatchObject({ signal: 'SIGKILL' });
    }
    expect(await pool.apply(beside.sum, [4])).toBe(10);
  });
});

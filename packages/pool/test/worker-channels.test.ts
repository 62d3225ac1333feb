// The starts and ends of workers, as the diagnostics channels publish them.
import { WorkerDiedError, type WorkerTrace } from '@manycore/pool';
import { expectNoLeaks, repeat, shortDelay, until } from '@manycore/testing';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { describe, expect, test } from 'vitest';
import * as work from './fixtures/work.mjs';
import { errorOf, poolKinds, startSharing, withPool } from './pool-kinds.js';

expectNoLeaks({ prepare: startSharing });

const events = ['start', 'ready', 'end'] as const;
type Seen = readonly [event: (typeof events)[number], trace: WorkerTrace];

/** All that is published about the pool of that name while `body` runs. */
async function publishedBy(pool: string, body: (seen: readonly Seen[]) => Promise<void>): Promise<readonly Seen[]> {
  const seen: Seen[] = [];
  const listeners = events.map((event) => {
    const listener = (message: unknown): void => {
      const trace = message as WorkerTrace;
      if (trace.pool === pool) seen.push([event, trace]);
    };
    return [`manycore:pool:worker:${event}`, listener] as const;
  });
  for (const [name, listener] of listeners) subscribe(name, listener);
  try {
    await body(seen);
  } finally {
    for (const [name, listener] of listeners) unsubscribe(name, listener);
  }
  return seen;
}

const brief = (seen: readonly Seen[]): string[] => seen.map(([event, { worker }]) => `${event} ${worker}`);
const ends = (seen: readonly Seen[]): WorkerTrace[] => seen.filter(([event]) => event === 'end').map(([, trace]) => trace);

describe.each(poolKinds)('%s: the channels of its workers', (kind, make) => {
  const isThread = kind === 'ThreadPool';

  test('start, ready and end of each, in one object', async () => {
    const before = performance.now();
    const seen = await publishedBy('plain', async () => {
      await withPool(make({ workers: 1, name: 'plain' }), async (pool) => {
        await pool.apply(work.nothing);
        await pool.apply(work.nothing);
      });
    });
    expect(brief(seen)).toEqual(['start 1', 'ready 1', 'end 1']);
    expect(new Set(seen.map(([, trace]) => trace)).size).toBe(1);
    const trace = seen[0]?.[1];
    expect(trace).toEqual({
      pool: 'plain',
      worker: 1,
      startedAt: expect.any(Number) as number,
      readyAt: expect.any(Number) as number,
      endedAt: expect.any(Number) as number,
      tasks: 2,
      reason: 'retired',
      exitCode: 0,
    });
    const times = [before, trace?.startedAt, trace?.readyAt, trace?.endedAt, performance.now()];
    expect(times.toSorted((a = 0, b = 0) => a - b)).toEqual(times);
  });

  test('a death, told before its call is settled; and its replacement', repeat(async () => {
    const seen = await publishedBy('deaths', async (soFar) => {
      await withPool(make({ workers: 1, name: 'deaths' }), async (pool) => {
        const error = await pool.apply(work.exit, [3]).catch((reason: unknown) => [reason, ends(soFar).length]);
        expect(error).toEqual([expect.any(WorkerDiedError), 1]);
        await pool.apply(work.nothing);
      });
    });
    expect(ends(seen)).toMatchObject([
      { worker: 1, reason: 'died', exitCode: 3, tasks: 1 },
      { worker: 2, reason: 'retired', exitCode: 0, tasks: 1 },
    ]);
  }));

  test('a worker that is replaced after its number of tasks', async () => {
    const seen = await publishedBy('worn', async () => {
      await withPool(make({ workers: 1, maxTasksPerWorker: 2, name: 'worn' }), async (pool) => {
        for (let index = 0; index < 3; index += 1) await pool.apply(work.nothing);
      });
    });
    expect(ends(seen).map(({ worker, reason, tasks }) => [worker, reason, tasks])).toEqual([
      [1, 'retired', 2],
      [2, 'retired', 1],
    ]);
  });

  test('one that the pool kills, for a task that does not end', async () => {
    const seen = await publishedBy('stuck', async (soFar) => {
      await withPool(make({ workers: 1, graceTime: 0, name: 'stuck' }), async (pool) => {
        // Its module is loaded then: a thread is not killed while it loads one.
        await pool.apply(work.nothing);
        await errorOf(pool.apply(work.spin, [], { timeout: shortDelay }));
        await until(() => ends(soFar).length === 1);
      });
    });
    expect(ends(seen)[0]).toMatchObject({ reason: 'killed', tasks: 2, exitCode: isThread ? 1 : -9 });
    expect(ends(seen)[0]?.signal).toBe(isThread ? undefined : 'SIGKILL');
  });

  test('terminate', async () => {
    const seen = await publishedBy('terminated', async () => {
      const pool = make({ workers: 2, name: 'terminated' });
      await pool.ready();
      await pool.terminate();
    });
    expect(brief(seen).toSorted()).toEqual(['end 1', 'end 2', 'ready 1', 'ready 2', 'start 1', 'start 2']);
    expect(ends(seen).map(({ reason }) => reason)).toEqual(['killed', 'killed']);
  });

  test('starts that fail: no ready, and what the initializer threw', async () => {
    const seen = await publishedBy('broken', async () => {
      const options = { workers: 1, initializer: work.fail, initArgs: ['no database'], name: 'broken' };
      await withPool(make(options), async (pool) => {
        await errorOf(pool.ready());
      });
    });
    expect(brief(seen)).toEqual(['start 1', 'end 1', 'start 2', 'end 2', 'start 3', 'end 3']);
    for (const trace of ends(seen)) {
      expect(trace).toMatchObject({ reason: 'start failed', tasks: 0 });
      expect(trace.error).toMatchObject({ name: 'RangeError', message: 'no database' });
      expect(trace.readyAt).toBeUndefined();
    }
  });

  test('a subscriber that comes late gets what there is, times included', async () => {
    const pool = make({ workers: 1, name: 'late' });
    await pool.ready();
    const seen = await publishedBy('late', async () => {
      pool.close();
      await pool.join();
    });
    expect(brief(seen)).toEqual(['end 1']);
    const { startedAt = 0, readyAt = 0, endedAt = 0 } = seen[0]?.[1] ?? {};
    expect([startedAt > 0, readyAt >= startedAt, endedAt >= readyAt]).toEqual([true, true, true]);
  });

  test('a subscriber that uses the pool', async () => {
    let pool = make({ workers: 1 });
    const results: Promise<number>[] = [];
    const listener = (message: unknown): void => {
      if ((message as WorkerTrace).pool === 'used') results.push(pool.apply(work.square, [results.length]));
    };
    await pool.terminate();
    for (const event of ['start', 'ready']) subscribe(`manycore:pool:worker:${event}`, listener);
    try {
      pool = make({ workers: 1, name: 'used' });
      await pool.ready();
      expect(await Promise.all(results)).toEqual([0, 1]);
    } finally {
      for (const event of ['start', 'ready']) unsubscribe(`manycore:pool:worker:${event}`, listener);
      pool.close();
      await pool.join();
    }
  });
});

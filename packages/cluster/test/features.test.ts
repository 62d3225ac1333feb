import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { setTimeout as sleep } from 'node:timers/promises';
import { TargetNotFoundError } from '@manycore/core';
import { CallLostError, ClusterPool, serve, type TaskReport, tasks } from '@manycore/cluster';
import { PoolFullError, PoolTerminatedError, type TaskTrace } from '@manycore/pool';
import { expectNoLeaks, type Program, scaled, smallDelay, until } from '@manycore/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { work } from './fixtures/tasks.mjs';
import { startHost } from './support/hosts.js';
import { errorOf } from './support/outcomes.js';
import { noRedis, RedisServer } from './support/redis.js';
import { StartLog } from './support/start-log.js';

expectNoLeaks();

const lease = scaled(1000);
const fixtures = new URL('./fixtures/tasks.mjs', import.meta.url);
/** Registered here, and on no host. */
const { unknown } = tasks(import.meta.url, { unknown: () => 1 });

describe.skipIf(noRedis !== undefined)('a cluster', () => {
  let redis: RedisServer;
  let host: Program;

  beforeAll(async () => {
    redis = await RedisServer.start();
    host = await startHost({ url: redis.url, lease });
  });

  afterAll(async () => {
    host.kill('SIGTERM');
    expect((await host.outcome).exitCode).toBe(0);
    await redis[Symbol.asyncDispose]();
  });

  /** By a client that ends at once. */
  const enqueued = async (path: string): Promise<string> => {
    await using pool = makePool();
    return await pool.enqueue(work.noted, [path, 4, smallDelay]);
  };
  const makePool = (options: object = {}): ClusterPool => new ClusterPool({ connection: redis.url, lease, ...options });

  test('what tasks print and report comes back, with its task and host', async () => {
    const reports: TaskReport[] = [];
    await using pool = makePool({ onReport: (report: TaskReport) => reports.push(report) });
    await pool.apply(work.talks, [3]);
    await until(() => reports.length === 6);
    expect(reports.filter(({ kind }) => kind === 'log')).toMatchObject(
      [1, 2, 3].map((step) => ({ name: 'talks', task: 1, stream: 'stdout', text: `step ${step}\n` })),
    );
    expect(reports.filter(({ kind }) => kind === 'progress')).toMatchObject([1, 2, 3].map((step) => ({ value: { step } })));
    expect(reports[0]?.host).toMatch(/:\d+$/);
    expect(host.stdout).toContain('step 3');
  });

  test('an enqueued call outlives its client, and its result is had by its id', async () => {
    using starts = new StartLog();
    const id = await enqueued(starts.path);
    await using pool = makePool();
    expect(await Promise.all([pool.result(id), pool.result(id)])).toEqual([4, 4]);
    expect(await pool.result(id)).toBe(4);
    await expect(pool.result('call-none')).rejects.toThrow(CallLostError);
    const failed = await pool.enqueue(work.fail, ['no']);
    expect(await errorOf(pool.result(failed))).toMatchObject({ name: 'RangeError', message: 'no', code: 'E_TEST' });
    expect(starts.total).toBe(1);
  });

  test('calls with the same idempotency key are one call', async () => {
    using starts = new StartLog();
    await using pool = makePool();
    const options = { idempotencyKey: 'order 17' };
    const ids = await Promise.all([1, 2, 3].map((n) => pool.enqueue(work.noted, [starts.path, n, 0], options)));
    expect(new Set(ids).size).toBe(1);
    const [id = ''] = ids;
    const value = await pool.result(id);
    expect(await pool.enqueue(work.noted, [starts.path, 9, 0], options)).toBe(id);
    expect(await pool.result(id)).toBe(value);
    await pool.apply(work.nothing);
    expect(starts.total).toBe(1);
  });

  test('traces follow a call to its host', async () => {
    const settled: TaskTrace[] = [];
    const onStart = (trace: unknown): void => void Object.assign(trace as object, { carrier: { traceparent: '00-1' } });
    const onEnd = (trace: unknown): void => void settled.push(trace as TaskTrace);
    const started: unknown[] = [];
    const onHost = (trace: unknown): void => void started.push({ ...(trace as object) });
    await using own = await serve({ connection: redis.url, queue: 'traced', lease, modules: fixtures, threads: 1 });
    subscribe('tracing:manycore:pool:task:start', onStart);
    subscribe('tracing:manycore:pool:task:asyncEnd', onEnd);
    subscribe('tracing:manycore:cluster:start:start', onHost);
    try {
      await using pool = makePool({ queue: 'traced', name: 'traced pool' });
      await pool.apply(work.nap, [20]);
      expect(settled.find(({ pool: name }) => name === 'traced pool')).toMatchObject({ id: 1, attempt: 1, host: own.id });
      expect(started).toMatchObject([
        { name: 'nap', start: 1, pool: 'traced pool', id: 1, carrier: { traceparent: '00-1' } },
      ]);
    } finally {
      unsubscribe('tracing:manycore:pool:task:start', onStart);
      unsubscribe('tracing:manycore:pool:task:asyncEnd', onEnd);
      unsubscribe('tracing:manycore:cluster:start:start', onHost);
    }
  });

  test('a name that no host knows is refused with what the hosts know', async () => {
    await using pool = makePool();
    const error = await errorOf(pool.apply(unknown));
    expect(error).toBeInstanceOf(TargetNotFoundError);
    expect(error.message).toMatch(/no worker host knows it \(.*knows `add`, `square`/);
    expect(await pool.apply(work.square, [3])).toBe(9);
  });

  test('a call waits for a host of its version', async () => {
    // Longer than a program takes to start: an older host refuses a call that no host has known for a whole lease.
    const settings = { queue: 'versions', lease: scaled(10_000) };
    await using older = await serve({ connection: redis.url, ...settings, modules: fixtures, threads: 1 });
    await using pool = makePool({ ...settings, version: '2' });
    const call = pool.apply(work.square, [5]);
    await using newer = await startHost({
      url: redis.url,
      lease: settings.lease,
      args: ['--threads', '1', '--queue', settings.queue, '--version-of-tasks', '2'],
    });
    expect(await call).toBe(25);
    expect((await pool.hosts()).map(({ version }) => version).sort()).toEqual(['', '2']);
    expect(newer.hasEnded).toBe(false);
    expect(older.info.finished).toBe(0);
  });

  test('higher priorities go first, and maxQueue refuses what would wait too long', async () => {
    await using own = await serve({ connection: redis.url, queue: 'one', lease, modules: fixtures, threads: 1 });
    await using pool = makePool({ queue: 'one', maxQueue: 4 });
    const order: number[] = [];
    const first = pool.apply(work.nap, [smallDelay]);
    await until(() => pool.stats().tasks.running === 1);
    const calls = [0, 5, -5, 1].map((priority) =>
      pool.apply(work.square, [priority], { priority }).then(() => order.push(priority)),
    );
    expect(await errorOf(pool.apply(work.nothing))).toBeInstanceOf(PoolFullError);
    await pool.room();
    await Promise.all([first, ...calls]);
    expect(order).toEqual([5, 1, 0, -5]);
    await until(() => own.info.finished === 5);
  });

  test('cancel, cancelPending and terminate drop what has not begun', async () => {
    using starts = new StartLog();
    await using own = await serve({ connection: redis.url, queue: 'drops', lease, modules: fixtures, threads: 1 });
    const pool = makePool({ queue: 'drops' });
    const running = pool.submit(work.noted, starts.path, 1, smallDelay);
    await until(() => running.running());
    const waiting = [2, 3, 4].map((id) => pool.submit(work.noted, starts.path, id, 0));
    expect(waiting[0]?.cancel()).toBe(true);
    expect(running.cancel()).toBe(false);
    pool.close({ cancelPending: true });
    for (const each of waiting) expect((await errorOf(each)).name).toBe('CancelledError');
    expect(await running).toBe(1);
    await pool.join();

    const other = makePool({ queue: 'drops' });
    const endless = errorOf(other.apply(work.spin));
    await until(() => other.stats().tasks.running === 1);
    await other.terminate();
    expect(await endless).toBeInstanceOf(PoolTerminatedError);
    await until(() => own.info.running === 0);
    expect(starts.total).toBe(1);
  });

  test('a host that ends finishes what it runs, and leaves what waits to others', async () => {
    using starts = new StartLog();
    const leaving = await serve({ connection: redis.url, queue: 'leaves', lease, modules: fixtures, threads: 1, healthPort: 0 });
    await using pool = makePool({ queue: 'leaves' });
    const health = (): Promise<Response> => fetch(`http://127.0.0.1:${leaving.healthPort}/health`);
    expect((await health()).status).toBe(200);
    const calls = [1, 2, 3].map((id) => pool.apply(work.noted, [starts.path, id, smallDelay]));
    await until(() => starts.total === 1);
    const closed = leaving.close();
    expect((await health()).status).toBe(503);
    await closed;
    expect(starts.total).toBe(1);
    await using staying = await startHost({ url: redis.url, lease, args: ['--processes', '1', '--queue', 'leaves'] });
    expect(await Promise.all(calls)).toEqual([1, 2, 3]);
    expect(starts.total).toBe(3);
    expect(staying.hasEnded).toBe(false);
  });

  test('calls that wait for the first host are run when it comes', async () => {
    await using pool = makePool({ queue: 'later' });
    const call = pool.map(work.square, [1, 2, 3]);
    await sleep(50);
    await using late = await serve({ connection: redis.url, queue: 'later', lease, modules: fixtures, threads: 1 });
    expect(await call).toEqual([1, 4, 9]);
    expect(late.info.slots).toBe(1);
  });
});


import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { WorkerDiedError } from '@manycore/core';
import { CallLostError, ClusterPool } from '@manycore/cluster';
import { expectNoLeaks, mediumDelay, Program, scaled, smallDelay, until } from '@manycore/testing';
import { describe, expect, test } from 'vitest';
import { work } from './fixtures/tasks.mjs';
import { type HostOptions, startHost } from './support/hosts.js';
import { errorOf } from './support/outcomes.js';
import { Proxy } from './support/proxy.js';
import { noRedis, RedisServer } from './support/redis.js';
import { StartLog } from './support/start-log.js';

expectNoLeaks();

/** Short, so that deaths are seen soon. */
const lease = scaled(500);

/** What a host is told of a call that it has taken and begun in one step. */
const handedOut = '$8\r\nprogress\r\n';

/** A Redis and a host of two threads, of the test's own. */
async function withHost(
  run: (place: { redis: RedisServer; host: Program; pool: ClusterPool; starts: StartLog }) => Promise<void>,
  { keeps = false, ...options }: Partial<HostOptions> & { keeps?: boolean } = {},
): Promise<void> {
  await using redis = await RedisServer.start({ keeps });
  await using host = await startHost({ url: redis.url, lease, ...options });
  await using pool = new ClusterPool({ connection: redis.url, lease });
  using starts = new StartLog();
  await run({ redis, host, pool, starts });
}

/** The call runs on a host. */
async function begun(starts: StartLog, count = 1): Promise<void> {
  await until(() => starts.total >= count, { what: `${count} starts` });
}

describe.skipIf(noRedis !== undefined)('faults', () => {
  test('a host that is killed costs its calls, and no more than a lease and a look', async () => {
    await withHost(async ({ redis, host, pool, starts }) => {
      await using other = await startHost({ url: redis.url, lease, args: ['--threads', '1'] });
      const calls = [1, 2, 3].map((id) => pool.apply(work.noted, [starts.path, id, mediumDelay]));
      const outcomes = Promise.allSettled(calls);
      await begun(starts, 3);
      host.kill();
      const settled = await outcomes;
      const lost = settled.filter(({ status }) => status === 'rejected') as PromiseRejectedResult[];
      expect(lost.length).toBe(2);
      for (const { reason } of lost) expect(reason).toBeInstanceOf(WorkerDiedError);
      expect(starts.total).toBe(3);
      expect(other.hasEnded).toBe(false);
    });
  });

  test('the only host is killed: its calls settle without another', async () => {
    await withHost(async ({ host, pool, starts }) => {
      const call = errorOf(pool.apply(work.noted, [starts.path, 1, 60_000]));
      await begun(starts);
      host.kill();
      expect(await call).toBeInstanceOf(WorkerDiedError);
    });
  });

  test('the only host is killed by its task at once: the call settles without another', async () => {
    await withHost(async ({ pool }) => {
      expect(await errorOf(pool.apply(work.killHost))).toBeInstanceOf(WorkerDiedError);
    });
  });

  test('with retries a call is started again elsewhere', async () => {
    await withHost(async ({ redis, host, pool, starts }) => {
      const call = pool.apply(work.noted, [starts.path, 7, mediumDelay], { retries: 1 });
      await begun(starts);
      host.kill();
      await using other = await startHost({ url: redis.url, lease });
      expect(await call).toBe(7);
      expect(starts.total).toBe(2);
      expect(other.hasEnded).toBe(false);
    });
  });

  test('a host that is paused for longer than its lease is not believed twice', async () => {
    await withHost(async ({ redis, host, pool, starts }) => {
      const call = pool.apply(work.noted, [starts.path, 5, smallDelay], { retries: 1 });
      await begun(starts);
      host.kill('SIGSTOP');
      await using other = await startHost({ url: redis.url, lease });
      expect(await call).toBe(5);
      host.kill('SIGCONT');
      // It answers too late, is not heard, and goes on.
      expect(await pool.map(work.square, [1, 2, 3, 4], { chunkSize: 1 })).toEqual([1, 4, 9, 16]);
      expect(starts.total).toBe(2);
      expect(other.hasEnded).toBe(false);
    });
  });

  test('work that blocks its thread for many leases is started once', async () => {
    await withHost(async ({ pool, starts }) => {
      expect(await pool.apply(work.busy, [starts.path, lease * 6])).toBe('done');
      expect(starts.total).toBe(1);
    });
  });

  test('a poison call takes as many hosts with it as it has starts, and no more', async () => {
    await withHost(async ({ redis, host, pool }) => {
      await using second = await startHost({ url: redis.url, lease });
      await using third = await startHost({ url: redis.url, lease });
      expect(await errorOf(pool.apply(work.killHost, [], { retries: 1 }))).toBeInstanceOf(WorkerDiedError);
      expect([host, second, third].filter(({ hasEnded }) => hasEnded).length).toBe(2);
      expect(await pool.apply(work.square, [3])).toBe(9);
    });
  });

  test('Redis is killed and started again with what it had: every call settles', async () => {
    await withHost(
      async ({ redis, pool, starts }) => {
        const calls = Array.from({ length: 100 }, (_, id) => pool.apply(work.noted, [starts.path, id, 10]));
        const all = Promise.all(calls);
        await begun(starts, 5);
        await redis.kill();
        await sleep(lease);
        await redis.run();
        expect(await all).toEqual(calls.map((_, id) => id));
        expect(starts.total).toBe(100);
      },
      { keeps: true },
    );
  });

  test('Redis is killed and started again empty: calls that may not be repeated are lost, and say so', async () => {
    await withHost(async ({ redis, pool, starts }) => {
      const once = Array.from({ length: 20 }, (_, id) => pool.apply(work.noted, [starts.path, id, 20]));
      const often = Array.from({ length: 20 }, (_, id) =>
        pool.apply(work.noted, [starts.path, 100 + id, 20], { retries: 3 }),
      );
      const settled = Promise.allSettled(once);
      const again = Promise.all(often);
      await begun(starts, 3);
      await redis.kill();
      await redis.run();
      for (const each of await settled) {
        if (each.status === 'rejected') expect(each.reason).toBeInstanceOf(CallLostError);
      }
      expect(await again).toEqual(often.map((_, id) => 100 + id));
      expect([...starts.counts()].filter(([id, count]) => Number(id) < 100 && count > 1)).toEqual([]);
    });
  });

  test('a host ends when it is told to, also when Redis is gone', async () => {
    await withHost(async ({ redis, host, pool }) => {
      expect(await pool.apply(work.square, [3])).toBe(9);
      await redis.kill();
      host.kill('SIGTERM');
      expect((await host.outcome).exitCode).toBe(0);
    });
  });

  test('a client that is killed takes its waiting calls with it', async () => {
    await withHost(async ({ redis, pool, starts }) => {
      const script = fileURLToPath(new URL('./fixtures/client.mjs', import.meta.url));
      const client = new Program(script, { args: [redis.url, String(lease), starts.path], timeout: 60_000 });
      await client.line(/^submitted$/);
      await begun(starts, 2);
      client.kill();
      await client.outcome;
      // What it had running is stopped, and what waited is dropped: the host is free for others.
      expect(await pool.map(work.square, [1, 2, 3], { chunkSize: 1 })).toEqual([1, 4, 9]);
      await until(async () => (await pool.hosts()).every(({ running }) => running === 0));
      expect(starts.total).toBe(2);
    });
  });

  test.each(['stalls', 'drops'] as const)('the network %s between client and Redis', async (how) => {
    await withHost(async ({ redis, starts }) => {
      await using cable = await Proxy.to(redis.port);
      await using pool = new ClusterPool({ connection: cable.url, lease });
      const calls = Array.from({ length: 50 }, (_, id) => pool.apply(work.noted, [starts.path, id, 10]));
      const all = Promise.all(calls);
      await begun(starts, 3);
      if (how === 'stalls') cable.stall();
      else cable.drop();
      await sleep(lease * 2);
      if (how === 'stalls') cable.flow();
      else cable.drop();
      expect(await all).toEqual(calls.map((_, id) => id));
      expect(starts.total).toBe(50);
    });
  });

  test('a reply that hands out a call is lost: the call is neither lost nor run twice', async () => {
    await using redis = await RedisServer.start();
    await using cable = await Proxy.to(redis.port);
    await using host = await startHost({ url: cable.url, lease });
    await using pool = new ClusterPool({ connection: redis.url, lease });
    using starts = new StartLog();
    const run = (from: number, count: number): Promise<unknown[]> =>
      Promise.all(Array.from({ length: count }, (_, id) => pool.apply(work.noted, [starts.path, from + id, 1])));
    expect(await run(0, 1)).toEqual([0]);
    cable.lose(handedOut, 3);
    // To an idle host, and then to one that finishes another call.
    for (let id = 1; id < 4; id += 1) expect(await run(id, 1)).toEqual([id]);
    expect(cable.losses).toBe(0);
    cable.lose(handedOut, 5);
    expect(await run(4, 40)).toEqual(Array.from({ length: 40 }, (_, id) => 4 + id));
    expect(cable.losses).toBe(0);
    expect([...starts.counts().values()].every((count) => count === 1)).toBe(true);
    expect(starts.total).toBe(44);
    expect(host.hasEnded).toBe(false);
  });

  test('Redis is away for longer than the lease, and what it handed out last never arrived: the call runs once', async () => {
    await using redis = await RedisServer.start();
    await using cable = await Proxy.to(redis.port);
    await using host = await startHost({ url: cable.url, lease });
    await using pool = new ClusterPool({ connection: cable.url, lease });
    using starts = new StartLog();
    expect(await pool.apply(work.square, [3])).toBe(9);
    cable.lose(handedOut, 1, { thenCut: true });
    const calls = Array.from({ length: 20 }, (_, id) => pool.apply(work.noted, [starts.path, id, 1]));
    const all = Promise.all(calls);
    await until(() => cable.losses === 0, { what: 'the loss' });
    await sleep(lease * 2);
    cable.mend();
    expect(await all).toEqual(calls.map((_, id) => id));
    expect(starts.total).toBe(20);
    expect(host.hasEnded).toBe(false);
  });

  test('clocks that are an hour apart change nothing', async () => {
    const ahead = new URL('./fixtures/clock-ahead.mjs', import.meta.url).href;
    await withHost(
      async ({ redis, host, pool, starts }) => {
        expect(await pool.map(work.square, [1, 2, 3, 4], { chunkSize: 1 })).toEqual([1, 4, 9, 16]);
        const lost = errorOf(pool.apply(work.fail, ['no'], { retries: 2 }));
        expect(await lost).toBeInstanceOf(RangeError);
        const call = pool.apply(work.noted, [starts.path, 1, mediumDelay], { retries: 1 });
        await begun(starts);
        host.kill();
        await using other = await startHost({ url: redis.url, lease });
        expect(await call).toBe(1);
        expect(other.hasEnded).toBe(false);
      },
      { execArgv: ['--import', ahead] },
    );
  });
});

import { NotCloneableError, TargetNotFoundError, TimeoutError, WorkerDiedError } from '@manycore/core';
import { ClusterPool, PayloadTooLargeError } from '@manycore/cluster';
import { expectNoLeaks, type Program, smallDelay } from '@manycore/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { work } from './fixtures/tasks.mjs';
import { startHosts } from './support/hosts.js';
import { errorOf } from './support/outcomes.js';
import { noRedis, RedisServer } from './support/redis.js';

expectNoLeaks();

const lease = 2000;

describe.skipIf(noRedis !== undefined)('a pool over two worker hosts', () => {
  let redis: RedisServer;
  let hosts: Program[] = [];

  beforeAll(async () => {
    redis = await RedisServer.start();
    hosts = await startHosts({ url: redis.url, lease });
  });

  afterAll(async () => {
    for (const host of hosts) host.kill('SIGTERM');
    const outcomes = await Promise.all(hosts.map(({ outcome }) => outcome));
    expect(outcomes.map(({ exitCode }) => exitCode)).toEqual([0, 0]);
    await redis[Symbol.asyncDispose]();
  });

  const makePool = (): ClusterPool => new ClusterPool({ connection: redis.url, lease });

  test('calls functions on other hosts', async () => {
    await using pool = makePool();
    expect(await pool.apply(work.add, [2, 3])).toBe(5);
    expect(await pool.map(work.square, [1, 2, 3])).toEqual([1, 4, 9]);
    const pids = new Set(await pool.map(work.napAndPid, Array.from({ length: 8 }, () => 50), { chunkSize: 1 }));
    expect(pids).toEqual(new Set(hosts.map(({ pid }) => pid)));
    expect((await pool.hosts()).map(({ slots }) => slots)).toEqual([2, 2]);
  });

  test('a death costs only its own call, and none hangs', async () => {
    await using pool = makePool();
    const bystander = pool.apply(work.nap, [smallDelay]);
    const error = await errorOf(pool.apply(work.exit, [3]));
    expect(error).toBeInstanceOf(WorkerDiedError);
    expect(error).toMatchObject({ exitCode: 3 });
    expect(error.message).toContain('`exit`');
    expect(await bystander).toBe(smallDelay);
    expect(await pool.apply(work.square, [3])).toBe(9);
  });

  test('a timeout stops an endless loop, and its worker is free again', async () => {
    await using pool = makePool();
    const loops = Array.from({ length: 4 }, () => errorOf(pool.apply(work.spin, [], { timeout: smallDelay })));
    for (const loop of loops) expect(await loop).toBeInstanceOf(TimeoutError);
    expect(await pool.map(work.square, [1, 2, 3, 4], { chunkSize: 1 })).toEqual([1, 4, 9, 16]);
  });

  test('what cannot be sent or called is refused with its reason', async () => {
    await using pool = makePool();
    await expect(pool.apply(work.same, [{ items: [() => 1] }])).rejects.toThrow('args[0].items[0]');
    await expect(pool.map(work.same, [1, 2, { f: () => 1 }], { chunkSize: 1 })).rejects.toThrow('items[2].f');
    expect(await errorOf(pool.apply(work.notCloneable))).toBeInstanceOf(NotCloneableError);
    await expect(pool.map(work.notCloneableOn3, [1, 2, 3], { chunkSize: 1 })).rejects.toThrow('results[2].callback');
    await expect(pool.apply(work.same, [new Uint8Array(6_000_000)])).rejects.toThrow(PayloadTooLargeError);
    await expect(pool.apply(work.bytes, [6_000_000])).rejects.toThrow(PayloadTooLargeError);
    await expect(pool.apply(function plain() {
      return 1;
    })).rejects.toThrow(TargetNotFoundError);
    expect(await pool.apply(work.square, [3])).toBe(9);
  });
});

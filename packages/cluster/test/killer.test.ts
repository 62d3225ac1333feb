// Calls under a killer. `npm --prefix packages/cluster run killer` runs 10,000 of them; here there are fewer.
import { setTimeout as sleep } from 'node:timers/promises';
import { CallLostError, ClusterPool } from '@manycore/cluster';
import { WorkerDiedError } from '@manycore/core';
import { expectNoLeaks, type Program, scaled } from '@manycore/testing';
import { expect, test } from 'vitest';
import { work } from './fixtures/tasks.mjs';
import { startHost } from './support/hosts.js';
import { noRedis, RedisServer } from './support/redis.js';
import { StartLog } from './support/start-log.js';

expectNoLeaks();

const lease = scaled(600);
const tasks = Number(process.env['KILLER_TASKS'] ?? 400);
/** How long one task takes, in milliseconds: so many that the killer comes by several times. */
const taskTime = 10;
const retries = 3;

/** Kills, pauses and replaces hosts, and kills Redis, in turn, until it is told to stop. */
async function killer(redis: RedisServer, hosts: Program[], stop: AbortSignal): Promise<string[]> {
  const deeds: string[] = [];
  const options = { url: redis.url, lease };
  for (let round = 0; !stop.aborted; round += 1) {
    await sleep(lease * (tasks > 1000 ? 4 : 1));
    const victim = hosts[round % hosts.length];
    switch (round % 3) {
      case 0:
        victim?.kill();
        hosts[round % hosts.length] = await startHost(options);
        deeds.push('host killed');
        break;
      case 1:
        victim?.kill('SIGSTOP');
        await sleep(lease * 2);
        victim?.kill('SIGCONT');
        deeds.push('host paused');
        break;
      default:
        await redis.kill();
        await sleep(lease / 2);
        await redis.run();
        deeds.push('Redis killed');
    }
  }
  return deeds;
}

test.skipIf(noRedis !== undefined)(
  `${tasks} tasks under a killer each settle once, and start no oftener than they may`,
  { timeout: 60_000 + tasks * 100 },
  async () => {
    await using redis = await RedisServer.start({ keeps: true });
    const hosts = [await startHost({ url: redis.url, lease }), await startHost({ url: redis.url, lease })];
    using starts = new StartLog();
    const ended = new AbortController();
    const kills = killer(redis, hosts, ended.signal);
    // Looked at below.
    kills.catch(() => undefined);
    try {
      await using pool = new ClusterPool({ connection: redis.url, lease });
      const settlements = new Map<number, number>();
      const run = async (id: number): Promise<unknown> => {
        const mayRepeat = id % 2 === 0;
        const call = pool.apply(work.noted, [starts.path, id, taskTime], mayRepeat ? { retries } : {});
        const outcome = await call.then(
          (value) => value,
          (error: unknown) => error,
        );
        settlements.set(id, (settlements.get(id) ?? 0) + 1);
        return outcome;
      };
      const outcomes = await Promise.all(Array.from({ length: tasks }, (_, id) => run(id)));
      ended.abort();
      const deeds = await kills;
      expect([...settlements.values()].every((count) => count === 1)).toBe(true);
      expect(settlements.size).toBe(tasks);
      const counts = starts.counts();
      let lost = 0;
      for (const [id, outcome] of outcomes.entries()) {
        expect(counts.get(String(id)) ?? 0, `starts of ${id}`).toBeLessThanOrEqual(id % 2 === 0 ? retries + 1 : 1);
        if (outcome === id) continue;
        lost += 1;
        expect(outcome instanceof WorkerDiedError || outcome instanceof CallLostError, String(outcome)).toBe(true);
      }
      console.log(
        `${tasks} tasks, ${starts.total} starts, ${lost} lost to ${deeds.length} deeds of the killer ` +
          `(${[...new Set(deeds)].map((deed) => `${deeds.filter((each) => each === deed).length} × ${deed}`).join(', ')})`,
      );
    } finally {
      ended.abort();
      await kills.catch(() => undefined);
      for (const host of hosts) await host[Symbol.asyncDispose]();
    }
  },
);

import { readFileSync } from 'node:fs';
import { type Pool, ProcessPool, ThreadPool, WorkerDiedError } from '@manycore/pool';
import { expectNoLeaks, repeat, repeatRounds, until } from '@manycore/testing';
import { describe, expect, test } from 'vitest';
import { busyOrWaiting, endSoon } from './fixtures/chaos.mjs';
import { sleep, square } from './fixtures/work.mjs';
import { poolKinds } from './pool-kinds.js';

/** The full run has 20,000 tasks: `REPEAT=20000`. */
const count = Math.max(repeatRounds ?? 0, 300);
const workers = 4;

expectNoLeaks();

/** Runs the tasks, and says how often each settled and how. */
async function runAll(pool: Pool, retries: number, onPid: (pid: number) => void): Promise<number> {
  const settled = new Uint8Array(count);
  let died = 0;
  const results = Array.from({ length: count }, (_, index) =>
    pool.applyAsync(busyOrWaiting, [index, index % 3], {
      retries,
      callback: (value) => {
        expect(value.index).toBe(index);
        settled[index] = (settled[index] ?? 0) + 1;
        onPid(value.pid);
      },
      errorCallback: (error) => {
        expect(error).toBeInstanceOf(WorkerDiedError);
        settled[index] = (settled[index] ?? 0) + 1;
        died += 1;
      },
    }),
  );
  for (const result of results) await result.wait();
  expect(settled.every((times) => times === 1)).toBe(true);
  return died;
}

/** Kills one of the processes every 20 to 50 ms; resolves to how many. */
async function killAtRandom(pids: Set<number>, over: AbortSignal): Promise<number> {
  let killed = 0;
  for (;;) {
    await sleep(20 + Math.random() * 30);
    if (over.aborted) return killed;
    // A pid that was told may belong to somebody else by now, unless it is a live child's.
    const victims = liveChildren().filter((pid) => pids.has(pid));
    const victim = victims[Math.floor(Math.random() * victims.length)];
    if (victim === undefined) continue;
    process.kill(victim, 'SIGKILL');
    killed += 1;
  }
}

/** The children of this process that are not dead: a dead one keeps its pid until it is reaped, which we do. */
function liveChildren(): number[] {
  return readFileSync(`/proc/self/task/${process.pid}/children`, 'utf8')
    .split(' ')
    .map(Number)
    .filter((pid) => pid > 0 && /^\d+ \(.*\) [^ZX]/s.test(readStat(pid)));
}

function readStat(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'latin1');
  } catch {
    return '';
  }
}

/** The pool is whole again: as many workers as it may have, all of them idle and at work when asked. */
async function expectWhole(pool: Pool): Promise<void> {
  await until(() => pool.stats().workers.idle === workers);
  expect(pool.stats().workers).toMatchObject({ live: workers, starting: 0, busy: 0 });
  expect(await pool.map(square, [1, 2, 3, 4])).toEqual([1, 4, 9, 16]);
}

describe('while workers are killed at random', { timeout: 600_000 }, () => {
  test.each([0, 1000])('every task of a ProcessPool settles once, with %i retries', async (retries) => {
    const pool = new ProcessPool({ workers });
    const pids = new Set<number>();
    const over = new AbortController();
    const killer = killAtRandom(pids, over.signal);
    const died = await runAll(pool, retries, (pid) => pids.add(pid));
    over.abort();
    const killed = await killer;
    expect(killed).toBeGreaterThan(0);
    if (retries > 0) expect(died).toBe(0);
    else expect(died).toBeLessThanOrEqual(killed);
    await expectWhole(pool);
    await pool[Symbol.asyncDispose]();
  });

  test.each([0, 1000])('every task of a ThreadPool settles once, with %i retries', async (retries) => {
    // Each thread ends by itself at a random moment, about one every 35 ms.
    const lives = [20 * workers, 50 * workers] as const;
    const pool = new ThreadPool({ workers, initializer: endSoon, initArgs: lives });
    const died = await runAll(pool, retries, () => undefined);
    if (retries > 0) expect(died).toBe(0);
    const { started } = pool.stats().workers;
    expect(started).toBeGreaterThan(workers);
    expect(died).toBeLessThan(started);
    await pool[Symbol.asyncDispose]();
  });
});

describe.each(poolKinds)('%s: recycling', (_name, make) => {
  test(
    'races against close and terminate, and nothing hangs',
    { timeout: 600_000 },
    repeat(
      async (round) => {
        const pool = make({ workers: 2, maxTasksPerWorker: 1 });
        const results = Array.from({ length: 1 + (round % 5) }, (_, n) => pool.applyAsync(square, [n]));
        await sleep((round * 7) % 90);
        if (round % 3 === 0) {
          await pool.terminate();
          for (const result of results) await result.wait();
        } else {
          pool.close();
          await pool.join();
          expect(await Promise.all(results)).toEqual(results.map((_, n) => n * n));
        }
        expect(pool.stats().workers.live).toBe(0);
      },
      { times: 12 },
    ),
  );
});

import { readFileSync } from 'node:fs';
import type { Worker } from 'node:worker_threads';
import { type Pool, ProcessPool, ThreadPool, WorkerDiedError } from '@manycore/pool';
import { expectNoLeaks, portable, repeat, repeatRounds, until } from '@manycore/testing';
import { describe, expect, test } from 'vitest';
import { busyOrWaiting } from './fixtures/chaos.mjs';
import { sleep, square } from './fixtures/work.mjs';
import { poolKinds, startSharing } from './pool-kinds.js';

/** The full run has 20,000 tasks: `REPEAT=20000`. */
const count = Math.max(repeatRounds ?? 0, 150);
const workers = 4;

expectNoLeaks({ prepare: startSharing });

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

/** Kills one of `victims` every 20 to 50 ms, until `over`; `onKill` is called each time. */
async function killAtRandom<V>(
  victims: () => Iterable<V>,
  kill: (victim: V) => unknown,
  over: AbortSignal,
  onKill: () => void,
): Promise<void> {
  for (;;) {
    await sleep(20 + Math.random() * 30);
    if (over.aborted) return;
    const all = [...victims()];
    const victim = all[Math.floor(Math.random() * all.length)];
    if (victim === undefined) continue;
    kill(victim);
    onKill();
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

/** Runs the tasks while the killer is at work: again, as long as it has killed none. */
async function survive(
  pool: Pool,
  retries: number,
  onPid: (pid: number) => void,
  killUntil: (over: AbortSignal, onKill: () => void) => Promise<void>,
): Promise<void> {
  const over = new AbortController();
  const since = performance.now();
  let killed = 0;
  let died = 0;
  let runs = 0;
  const killer = killUntil(over.signal, () => (killed += 1));
  while (killed === 0) {
    runs += 1;
    died += await runAll(pool, retries, onPid);
  }
  over.abort();
  await killer;
  const seconds = ((performance.now() - since) / 1000).toFixed(1);
  console.log(
    `${pool.name}: ${runs * count} tasks, ${retries} retries: ${killed} workers killed, ` +
      `${died} tasks died, ${pool.stats().workers.started} workers started, ${seconds} s`,
  );
  if (retries > 0) expect(died).toBe(0);
  else expect(died).toBeLessThanOrEqual(killed);
  await expectWhole(pool);
  await pool[Symbol.asyncDispose]();
}

describe('while workers are killed at random', { timeout: 3_600_000 }, () => {
  // Its victims are found in /proc.
  test.skipIf(portable).each([0, 1000])('every task of a ProcessPool settles once, with %i retries', async (retries) => {
    const pids = new Set<number>();
    // A pid that was reported may belong to another process by now, unless it is a live child's.
    const victims = (): number[] => liveChildren().filter((pid) => pids.has(pid));
    const kill = (pid: number): void => {
      pids.delete(pid);
      process.kill(pid, 'SIGKILL');
    };
    await survive(new ProcessPool({ workers }), retries, (pid) => pids.add(pid), (over, onKill) =>
      killAtRandom(victims, kill, over, onKill),
    );
  });

  test.each([0, 1000])('every task of a ThreadPool settles once, with %i retries', async (retries) => {
    const threads = new Set<Worker>();
    const onWorker = (thread: Worker): void => {
      // Not before it loaded what its rings need, the last of its files: Node leaves a file open when a thread is
      // terminated that loads it.
      thread.on('message', (message: object) => {
        if ('manycorePool' in message && message.manycorePool === 'rings-ready') threads.add(thread);
      });
      thread.once('exit', () => threads.delete(thread));
    };
    const kill = (thread: Worker): void => {
      threads.delete(thread);
      void thread.terminate();
    };
    process.on('worker', onWorker);
    await survive(new ThreadPool({ workers }), retries, () => undefined, (over, onKill) =>
      killAtRandom(() => threads, kill, over, onKill),
    );
    process.off('worker', onWorker);
  });
});

test.skipIf(portable)(
  'a process that is killed at any moment of its start or its work costs at most a retry',
  { timeout: 3_600_000 },
  repeat(
    async (round) => {
      await using pool = new ProcessPool({ workers: 1 });
      const result = pool.apply(square, [round], { retries: 1 });
      await sleep((round * 13) % 150);
      for (const pid of liveChildren()) process.kill(pid, 'SIGKILL');
      expect(await result).toBe(round * round);
    },
    { times: 10 },
  ),
);

describe.each(poolKinds)('%s: recycling', (_name, make) => {
  test(
    'races against close and terminate, and nothing hangs',
    { timeout: 3_600_000 },
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

import type { ProcessPool } from '@manycore/pool';
import { sleepSync } from '../time/sleep.js';

/** Takes a while, so that the other workers get a task as well. */
export function whoAmI(): number {
  sleepSync(0.1);
  return process.pid;
}

/** Resolves when all workers run. Until then their start, not the tasks, decides which is done first. */
export async function warm(pool: ProcessPool, workers: number): Promise<void> {
  const pids = new Set<number>();
  while (pids.size < workers) {
    const tasks = Array.from({ length: workers }, () => pool.apply(whoAmI));
    for (const pid of await Promise.all(tasks)) pids.add(pid);
  }
}

import type { Task } from '../scheduler/records.js';
import type { Scheduler } from '../scheduler/scheduler.js';
import type { PoolStats } from './pool-stats.js';
import { TaskCounts } from './task-counts.js';

/** Counts and measures what a pool's tasks and workers do. */
export class StatsCollector {
  readonly tasks: TaskCounts = new TaskCounts();
  #started = 0;
  /** Milliseconds that workers were busy, and that they were ready, summed over the workers. */
  #busyTime = 0;
  #readyTime = 0;
  #busy = 0;
  #ready = 0;
  #since = 0;

  workerStarted(): void {
    this.#started += 1;
  }

  sent(task: Task): void {
    this.tasks.begun(task.attempt, task.sentAt - task.submittedAt);
  }

  /** Called when the number of busy or ready workers may have changed. */
  count(busy: number, ready: number): void {
    if (busy !== this.#busy || ready !== this.#ready) this.#count(busy, ready);
  }

  #count(busy: number, ready: number): void {
    const now = performance.now();
    const time = now - this.#since;
    this.#busyTime += this.#busy * time;
    this.#readyTime += this.#ready * time;
    this.#busy = busy;
    this.#ready = ready;
    this.#since = now;
  }

  stats<P>({ waiting, unsettled, workers: registry }: Scheduler<P>): PoolStats {
    this.#count(this.#busy, this.#ready);
    const idle = registry.idle.length;
    const { live, starting } = registry;
    return {
      workers: {
        live,
        starting,
        idle,
        busy: live - starting - idle,
        started: this.#started,
        sharing: [...registry.slots].filter(({ hasRings }) => hasRings).length,
      },
      ...this.tasks.summary(waiting, unsettled - waiting),
      utilization: this.#readyTime === 0 ? 0 : this.#busyTime / this.#readyTime,
    };
  }
}

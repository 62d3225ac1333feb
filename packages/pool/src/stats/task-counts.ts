import type { TaskResult } from '../scheduler/results.js';
import { Histogram } from './histogram.js';
import type { PoolStats } from './pool-stats.js';

/** Counts and measures what becomes of a pool's tasks, wherever its workers are. */
export class TaskCounts {
  readonly #waitTime = new Histogram();
  readonly #runTime = new Histogram();
  #submitted = 0;
  #succeeded = 0;
  #failed = 0;
  #aborted = 0;
  #timedOut = 0;
  #retried = 0;

  submitted(): void {
    this.#submitted += 1;
  }

  /** A worker got a task, for the first time or again, so many milliseconds after its submission. */
  begun(attempt: number, waited: number): void {
    if (attempt > 1) this.#retried += 1;
    else this.#waitTime.add(waited);
  }

  ran(time: number): void {
    this.#runTime.add(time);
  }

  settled({ status }: TaskResult): void {
    if (status === 'ok') this.#succeeded += 1;
    else if (status === 'aborted' || status === 'cancelled') this.#aborted += 1;
    else if (status === 'timed-out') this.#timedOut += 1;
    else this.#failed += 1;
  }

  summary(waiting: number, running: number): Pick<PoolStats, 'tasks' | 'waitTime' | 'runTime'> {
    return {
      tasks: {
        submitted: this.#submitted,
        waiting,
        running,
        succeeded: this.#succeeded,
        failed: this.#failed,
        aborted: this.#aborted,
        timedOut: this.#timedOut,
        retried: this.#retried,
      },
      waitTime: this.#waitTime.summary(),
      runTime: this.#runTime.summary(),
    };
  }
}

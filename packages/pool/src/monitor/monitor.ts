import type { Ending } from '../scheduler/effect.js';
import type { Scheduler } from '../scheduler/scheduler.js';
import type { Task } from '../scheduler/task.js';
import { Histogram } from './histogram.js';
import type { PoolStats } from './pool-stats.js';

/** Counts and measures what a pool does. */
export class Monitor {
  readonly #waitTime = new Histogram();
  readonly #runTime = new Histogram();
  #submitted = 0;
  #succeeded = 0;
  #failed = 0;
  #aborted = 0;
  #timedOut = 0;
  #retried = 0;
  #started = 0;
  /** Milliseconds that workers were busy, and that they were ready, summed over the workers. */
  #busyTime = 0;
  #readyTime = 0;
  #busy = 0;
  #ready = 0;
  #since = 0;

  submitted(): void {
    this.#submitted += 1;
  }

  workerStarted(): void {
    this.#started += 1;
  }

  sent(task: Task): void {
    if (task.attempt > 1) this.#retried += 1;
    else this.#waitTime.add(task.sentAt - task.submittedAt);
  }

  ran(time: number): void {
    this.#runTime.add(time);
  }

  settled({ how }: Ending, ok: boolean): void {
    if (ok) this.#succeeded += 1;
    else if (how === 'aborted' || how === 'cancelled') this.#aborted += 1;
    else if (how === 'timed-out') this.#timedOut += 1;
    else this.#failed += 1;
  }

  /** Called when the number of busy or ready workers may have changed. */
  count(now: number, busy: number, ready: number): void {
    const time = now - this.#since;
    this.#busyTime += this.#busy * time;
    this.#readyTime += this.#ready * time;
    this.#busy = busy;
    this.#ready = ready;
    this.#since = now;
  }

  stats<P>({ waiting, unsettled, crew }: Scheduler<P>): PoolStats {
    this.count(performance.now(), this.#busy, this.#ready);
    const idle = crew.idle.length;
    const { live, starting } = crew;
    return {
      workers: { live, starting, idle, busy: live - starting - idle, started: this.#started },
      tasks: {
        submitted: this.#submitted,
        waiting,
        running: unsettled - waiting,
        succeeded: this.#succeeded,
        failed: this.#failed,
        aborted: this.#aborted,
        timedOut: this.#timedOut,
        retried: this.#retried,
      },
      waitTime: this.#waitTime.summary(),
      runTime: this.#runTime.summary(),
      utilisation: this.#readyTime === 0 ? 0 : this.#busyTime / this.#readyTime,
    };
  }
}

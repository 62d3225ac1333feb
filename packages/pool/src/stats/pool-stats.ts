import type { Task, TaskResult } from '../scheduler/records.js';
import type { Scheduler } from '../scheduler/scheduler.js';
import { Histogram, type TimeSummary } from './histogram.js';

/** The state of a pool, and what it has done so far. A task is one call, or one chunk of a `map`. */
export interface PoolStats {
  readonly workers: {
    /** Starting, idle and busy ones. */
    readonly live: number;
    readonly starting: number;
    readonly idle: number;
    readonly busy: number;
    /** How many were started so far, replacements included. */
    readonly started: number;
    /** Those that get their tasks through shared memory. */
    readonly sharing: number;
  };
  readonly tasks: {
    readonly submitted: number;
    /** Not begun: in the queue now, or sent to a worker that runs another one. */
    readonly waiting: number;
    /** In workers now. */
    readonly running: number;
    readonly succeeded: number;
    /** Threw, lost their worker, could not be sent, or ended with the pool. */
    readonly failed: number;
    /** Aborted or cancelled by their caller. */
    readonly aborted: number;
    readonly timedOut: number;
    /** How often a task was run again. */
    readonly retried: number;
  };
  /** From the call until a worker got the task, in milliseconds. */
  readonly waitTime: TimeSummary;
  /** In the worker, in milliseconds. */
  readonly runTime: TimeSummary;
  /** The share of the workers' time, since they were ready, in which they were busy: 0 to 1. */
  readonly utilization: number;
}

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

  sent({ attempt, submittedAt, sentAt = submittedAt }: Task): void {
    this.tasks.begun(attempt, sentAt - submittedAt);
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

  stats<P>({ waiting: queued, ahead, unsettled, workers: registry }: Scheduler<P>): PoolStats {
    const waiting = queued + ahead;
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

import type { TimeSummary } from './histogram.js';

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
    /** In the queue now. */
    readonly waiting: number;
    /** In flight in workers now. */
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

import type { TimeSummary } from './histogram.js';

/** A pool at one moment, and what it has done so far. A task is one call, or one chunk of a `map`. */
export interface PoolStats {
  readonly workers: {
    /** Starting, idle and busy ones. */
    readonly live: number;
    readonly starting: number;
    readonly idle: number;
    readonly busy: number;
    /** How many have been started so far, those included that replaced others. */
    readonly started: number;
  };
  readonly tasks: {
    readonly submitted: number;
    /** In the queue now. */
    readonly waiting: number;
    /** In the hands of workers now. */
    readonly running: number;
    readonly succeeded: number;
    /** Threw, lost their worker, could not be sent, or ended with the pool. */
    readonly failed: number;
    /** Given up by their caller: aborted or cancelled. */
    readonly aborted: number;
    readonly timedOut: number;
    /** How often a task was run again. */
    readonly retried: number;
  };
  /** From the call until a worker got the task, in milliseconds. */
  readonly waitTime: TimeSummary;
  /** In the worker, in milliseconds. */
  readonly runTime: TimeSummary;
  /** The share of the workers' time, since they were ready, in which they had something to do: 0 to 1. */
  readonly utilisation: number;
}

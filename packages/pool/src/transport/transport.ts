import type { ExitStatus } from '@manycore/core';
import type { Answer, Job } from './job.js';

/**
 * What carries jobs to workers and answers back. The pool above it does not know where a worker lives or
 * how it is reached. A worker is known by a number that is never used again, and so is a job.
 *
 * A worker runs one job at a time, in the order in which they were sent. What `TransportEvents` tells of
 * one worker comes in the order in which it happened; nothing comes after `gone`.
 */
export interface Transport {
  /** Begins to start a worker. Never throws: what goes wrong is told by `gone`. */
  start(worker: number): void;
  /**
   * Throws what keeps the job from being sent; then the worker does not know of it. Returns whether
   * something of the job was moved to the worker, not copied: then it cannot be sent a second time.
   */
  send(worker: number, id: number, job: Job, attempt: number): boolean;
  /** Asks the worker to let go of a job; it reports it finished when it has. */
  abort(worker: number, id: number, why: 'aborted' | 'timed-out'): void;
  /** Takes back what the worker has not begun; answered by `recalled`. */
  recall(worker: number): void;
  /** Asks a worker that has nothing to do to leave. */
  retire(worker: number): void;
  /** Ends a worker, whatever it is doing. */
  kill(worker: number): void;
  /** Whether `started` is told for each job. If not, a worker is never sent a second job before it finished the first. */
  readonly reportsStarts: boolean;
}

/** How a worker left. */
export interface WorkerLeft {
  readonly departure: ExitStatus;
  /** Why it could not be started: what its initializer threw. */
  readonly startError?: unknown;
  /** What brought it down, where it could say so. */
  readonly cause?: unknown;
  /** Whether that was printed where people look. */
  readonly reported?: boolean;
  /** It had not begun the job that was sent to it last. */
  readonly unbegun: boolean;
}

/** What a transport tells. */
export interface TransportEvents {
  ready(worker: number): void;
  started(worker: number, id: number): void;
  finished(worker: number, id: number, answer: Answer, verdict: 'ok' | 'failed' | 'in vain'): void;
  recalled(worker: number, ids: readonly number[]): void;
  gone(worker: number, left: WorkerLeft): void;
}

import type { TargetRef } from '@manycore/core/internal';
import type {
  Task,
  TaskResult,
  WorkerConnection,
  WorkerExit,
  WorkerSlot,
} from '../scheduler/records.js';

/**
 * What carries tasks to workers and results back. The pool above it does not know where a worker lives or
 * how it is reached.
 *
 * A worker begins tasks in the order in which they were sent: one at a time, or several where the pool's `concurrency`
 * is above 1, and then each at once. The events of one worker come in
 * the order in which they happened; none comes after `exited`.
 *
 * Which calls and events a transport uses depends on `reportsStarts`:
 *
 * | | messages only: false | shared memory as well: true |
 * |---|---|---|
 * | tasks in flight per worker | up to `concurrency` | up to the worker's window, which `windowChanged` reports |
 * | `started` | never: a task counts as begun when it is sent | for each task, at the latest when it is aborted or recalled, or is finished |
 * | `recall` → `recalled` | never called | answered `recalled` or `begun`: claim and recall meet in one compare-and-swap |
 * | `WorkerExit.unbegun` | says which tasks in flight were not begun | the same, for a task that went by message |
 */
export interface Transport<P> {
  readonly reportsStarts: boolean;
  /** Begins to start a worker. Never throws: a start that fails, also one that returns undefined, is told by `exited`. */
  connect(worker: WorkerSlot<P>): WorkerConnection<P> | undefined;
  /** All workers have exited, and no other will be started. */
  end(): void;
}

/** The events of workers. */
export interface TransportEvents<P> {
  ready(worker: WorkerSlot<P>): void;
  /** How many tasks the worker may have in flight from now on. */
  windowChanged(worker: WorkerSlot<P>, window: number): void;
  /** Something of the task was transferred, not copied: it cannot be sent a second time. */
  moved(worker: WorkerSlot<P>, task: Task<P>): void;
  /** What kept a task from being sent to the worker, which does not know of it. */
  unsendable(worker: WorkerSlot<P>, task: Task<P>, error: unknown): void;
  /** The worker began the task. May come late, but before any other event of the task. */
  started(worker: WorkerSlot<P>, task: Task<P>): void;
  /** `runTime` is how long the worker was at it, in milliseconds. */
  finished(worker: WorkerSlot<P>, task: Task<P>, result: TaskResult, runTime: number): void;
  /**
   * The worker will not begin the task, or it has begun it: the answer to `recall`. A task may come back that was
   * not asked for.
   */
  recalled(worker: WorkerSlot<P>, task: Task<P>, outcome: 'recalled' | 'begun'): void;
  exited(worker: WorkerSlot<P>, exit: WorkerExit): void;
}

/**
 * What a worker does with the values of a task:
 * - `call`: one call; the values are its arguments
 * - `map`, `starmap`: a call for each value, one after the other, until the first error
 */
export type Shape = 'call' | 'map' | 'starmap';

/** The work of one task: what a transport needs to know of it. */
export interface TaskPayload {
  readonly target: TargetRef;
  readonly shape: Shape;
  /** Read when the task is sent, which may be more than once. */
  readonly values: readonly unknown[];
  /** What the values are called in error messages: `args`, or `items` of which the first is number `offset`. */
  readonly root: 'args' | 'items';
  readonly offset: number;
  /** An error of one value leaves the others to be called, and the result of each is wanted. */
  readonly wantsPartial: boolean;
}

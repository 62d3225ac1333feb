import type { Task } from '../scheduler/records.js';
import type { TaskPayload } from '../transport/transport.js';

/**
 * What the channels `tracing:manycore:pool:task:start`, `:end`, `:asyncStart`, `:asyncEnd` and `:error`
 * of `node:diagnostics_channel` publish for one task: the same object each time, filled as the task proceeds.
 * `start` and `end` enclose the call, `asyncStart` and `asyncEnd` its settling; `error` comes before
 * `asyncStart` when it fails. A blocking call (`blocking`) has ended at `end`: it has no `asyncStart` and
 * `asyncEnd`, and what happens behind it is not published.
 */
export interface TaskTrace {
  /** The pool's name. */
  readonly pool: string;
  /** The function's name. */
  readonly name: string;
  /** The task's number in its pool, from 1; 0 in `start`. */
  id: number;
  readonly priority: number;
  /** How many items a chunk has; 1 for a single call. */
  readonly items: number;
  /** When it was submitted, on the clock of `performance.now()`. */
  submittedAt: number;
  /** When it was sent to a worker, the last time; undefined if it never was. */
  sentAt?: number;
  /** When it was settled; from `asyncStart` on. */
  settledAt?: number;
  /** The number of the worker in its pool, and how often the task was sent to one. */
  worker?: number;
  attempt?: number;
  /** How long it waited until it was first sent, and how long it ran, in milliseconds. */
  queueWait?: number;
  runTime?: number;
  /** Present when it failed. */
  error?: unknown;
  /** Set for `applySync` and `mapSync`. */
  readonly blocking?: true;
}

export function newTrace(pool: string, { payload, priority }: Task<TaskPayload>): TaskTrace {
  const items = payload.shape === 'call' ? 1 : payload.values.length;
  const name = payload.target.name;
  return { pool, name, id: 0, priority, items, submittedAt: performance.now() };
}

/** The task is sent to a worker. */
export function noteSent(trace: TaskTrace, task: Task<TaskPayload>, worker: number): void {
  trace.worker = worker;
  trace.attempt = task.attempt;
  const { sentAt = task.submittedAt } = task;
  trace.sentAt = sentAt;
  trace.queueWait ??= sentAt - task.submittedAt;
}

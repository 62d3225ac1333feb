import type { Task } from '../scheduler/records.js';
import type { TaskResult } from '../scheduler/results.js';
import type { TaskTrace } from '../stats/task-trace.js';
import type { TaskPayload } from '../transport/transport.js';

/** The work of one task, and the call that gets its result. */
export interface CallPayload extends TaskPayload {
  /** The timeout of the call, for its error's text. */
  readonly timeout: number;
  /** Set while the tracing channel has subscribers. */
  trace?: TaskTrace | undefined;
  /** Called once. `error` is what the caller gets, unless the result is `ok`. Must not throw. */
  settle(result: TaskResult, error: unknown): void;
}

export type PoolTask = Task<CallPayload>;

/** A call whose tasks are not all submitted yet. A pool that is closed lets it submit the rest. */
export interface OpenCall {
  /** The pool is being joined: the call must not wait for its results to be taken. */
  poolJoined(): void;
  /** The part of it that is not submitted yet is cancelled. */
  pendingCancelled(): void;
  /** No task of it will be run any more. */
  poolTerminated(): void;
}

import type { Task, TaskOptions, TaskResult } from '../scheduler/records.js';
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

/** What runs the tasks of calls: the executor of a pool of this machine's workers, or one that reaches other machines. */
export interface CallExecutor {
  /** The pool's name. */
  readonly pool: string;
  /** No call is accepted any more. */
  readonly closed: boolean;
  /** How many tasks can run at a time. */
  readonly capacity: number;
  /** Tasks that no worker has begun: in the queue, or sent to a worker that runs another one. */
  readonly waiting: number;
  /** Whether another task may wait. */
  readonly hasRoom: boolean;
  submit(payload: CallPayload, options: TaskOptions): PoolTask;
  /** The caller abandons the task for this reason. */
  abort(task: PoolTask, reason: unknown): void;
  /** Whether a worker runs the task. */
  isRunning(task: PoolTask): boolean;
  /** Drops the task if no worker has begun it. */
  cancel(task: PoolTask): void;
  /** The same, for the caller's reason. */
  abortUnbegun(task: PoolTask, error: unknown): void;
  /** Calls `then` when another task may wait: soon, if that is so already. Returns how to take it back. */
  whenRoom(then: () => void): () => void;
  /** A call that will submit more tasks than it has yet. */
  begin(call: OpenCall): void;
  /** It submitted its last task. */
  end(call: OpenCall): void;
}

import type { TaskTrace } from '../monitor/task-trace.js';
import type { Task } from '../scheduler/task.js';
import type { Job } from '../transport/job.js';
import type { Outcome } from './outcome.js';

/** A job that somebody waits for. */
export interface WorkItem extends Job {
  /** The timeout of the call that it belongs to, for its error's text. */
  readonly timeout: number;
  /** For those who trace; set by the engine. */
  trace?: TaskTrace | undefined;
  /** Told once. Must not throw. */
  settle(outcome: Outcome): void;
}

export type WorkTask = Task<WorkItem>;

/** A call whose tasks are not all submitted yet. A pool that is closed lets it submit the rest. */
export interface OpenCall {
  /** The pool is being joined: nobody may be left to take results, and nothing should wait for that. */
  poolJoined(): void;
  /** What of it is not submitted yet is cancelled. */
  pendingCancelled(): void;
  /** No task of it will be run any more. */
  poolTerminated(): void;
}

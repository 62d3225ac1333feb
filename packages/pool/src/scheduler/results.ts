import type { ExitStatus } from '@manycore/core';

/**
 * How a task ended. The worker makes it (`ok`, `failed`, `fatal`) or the scheduler does (all others), and it
 * reaches the call unchanged; `executor/task-error.ts` makes the error that the caller gets.
 */
export type TaskResult =
  | { readonly status: 'ok'; readonly value: unknown }
  /** It threw: with `fatal`, another attempt would throw the same. */
  | {
      readonly status: 'failed' | 'fatal';
      readonly error: unknown;
      /** The results of the single items of a chunk, where the task asked for them. */
      readonly partial?: ItemResults | undefined;
    }
  /** The transport could not send it. */
  | { readonly status: 'unsendable'; readonly error: unknown }
  /** The caller aborted it; `error` is the caller's reason. */
  | { readonly status: 'aborted'; readonly error: unknown }
  /** It was dropped before it ran. */
  | { readonly status: 'cancelled' }
  | { readonly status: 'timed-out' }
  /** Its worker exited while it ran. */
  | {
      readonly status: 'died';
      readonly exit: WorkerExit;
      /** It is not sent again, only because something of it was transferred to that worker. */
      readonly moved?: boolean;
      /** The worker was killed for another task that it ran at the same time. */
      readonly killedForTask?: boolean;
    }
  /** No worker can be started. */
  | { readonly status: 'broken'; readonly cause: StartFailure }
  | { readonly status: 'terminated' };

/** The results of the items of a chunk. */
export interface ItemResults {
  /** As many as the chunk has items; undefined where there is an error. */
  readonly values: readonly unknown[];
  /** The errors, by index. */
  readonly errors: readonly (readonly [index: number, error: unknown])[];
}

/** How a worker ended. The connection makes it, and it reaches the calls of the tasks that it cost. */
export interface WorkerExit {
  /** Exit code and signal. */
  readonly status: ExitStatus;
  /** Why it could not be started: what its initializer threw, for example. */
  readonly startError?: unknown;
  /** The error that ended it, where the worker could report it. */
  readonly cause?: unknown;
  /** That error was printed already. */
  readonly reported?: boolean;
  /** Something outside ended it, so that another start may well succeed. */
  readonly killed?: boolean;
  /** What the system had too little of to start it, in words. */
  readonly shortage?: string | undefined;
  /** It had begun none of its tasks in flight, or not those with these numbers. Otherwise it had begun what was sent. */
  readonly unbegun?: boolean | ReadonlySet<number>;
}

/** Whether a worker had begun the task with this number, which was in flight there, when it exited. */
export function hadBegun({ unbegun = false }: WorkerExit, task: number): boolean {
  return typeof unbegun === 'boolean' ? !unbegun : !unbegun.has(task);
}

/** Why a start counts as failed: how the worker exited, or the error that says that it took too long. */
export type StartFailure = WorkerExit | Error;

import { sharedState } from '@manycore/core/worker';

/** What a function that a pool runs can ask about its task. */
export interface CurrentTask {
  /**
   * Aborts when the task is not wanted any more: its caller aborted it, or its time is over. What has not
   * ended some time (`graceTime`) later is ended together with its worker. In threads each look at this
   * property is up to date, even in a loop that never returns to the event loop.
   */
  readonly signal: AbortSignal;
  /** 1 for the first run of the task, 2 for its first retry, … */
  readonly attempt: number;
  /** The pool's name; undefined outside a pool. */
  readonly pool: string | undefined;
  /** The number of the worker in its pool, from 1; undefined outside a pool. */
  readonly worker: number | undefined;
}

/** One for the thread: the worker's entry and the program may have loaded different copies of this module. */
const state = sharedState('pool.currentTask', (): { current: CurrentTask | undefined } => ({
  current: undefined,
}));

const outside: CurrentTask = {
  signal: new AbortController().signal,
  attempt: 1,
  pool: undefined,
  worker: undefined,
};

/**
 * The task that the calling worker runs. Outside a pool it is one that nobody aborts, so that a function
 * works in a pool and without one. Call it before the first `await`, or keep what it returned: what a
 * task leaves running when it has returned sees the task that follows.
 *
 * @example
 * ```ts
 * import { currentTask, isMain, ThreadPool } from '@manycore/pool';
 *
 * export function spin(): string {
 *   const task = currentTask();
 *   while (!task.signal.aborted);
 *   return 'stopped';
 * }
 *
 * if (isMain(import.meta)) {
 *   await using pool = new ThreadPool({ workers: 1 });
 *   await pool.apply(spin, [], { timeout: 50 }).catch((error) => console.log(error.name)); // → TimeoutError
 * }
 * ```
 */
export function currentTask(): CurrentTask {
  return state.current ?? outside;
}

/** By the worker: the task that begins, or undefined when it ends. */
export function setCurrentTask(task: CurrentTask | undefined): void {
  state.current = task;
}

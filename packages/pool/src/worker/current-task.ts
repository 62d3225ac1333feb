import { type AsyncContext, createAsyncContext, sharedState } from '@manycore/core/internal';
import type { SharedStatus } from '../transport/shared-status.js';

/** What a function that a pool runs can know of its task. */
export interface CurrentTask {
  /**
   * Aborts when the task is to stop: its caller aborted it, or its time is over. A task that has not ended
   * `graceTime` milliseconds later is ended together with its worker. In threads each read of this property
   * is up to date, even in a loop that never returns to the event loop.
   */
  readonly signal: AbortSignal;
  /** 1 for the first run of the task, 2 for its first retry, … */
  readonly attempt: number;
  /** The pool's name; undefined outside a pool. */
  readonly pool: string | undefined;
  /** The number of the worker in its pool, from 1; undefined outside a pool. */
  readonly worker: number | undefined;
}

interface CurrentTaskState {
  current: CurrentTask | undefined;
  /** In a worker that runs several tasks at a time: follows the asynchronous work of each. */
  context: AsyncContext<CurrentTask> | undefined;
}

/** One for the thread: the worker's entry and the program may have loaded different copies of this module. */
const state = sharedState(
  'pool.currentTask',
  (): CurrentTaskState => ({ current: undefined, context: undefined }),
);

const outside: CurrentTask = {
  signal: new AbortController().signal,
  attempt: 1,
  pool: undefined,
  worker: undefined,
};

/**
 * The task that the calling worker runs. Outside a pool it is one that is never aborted, so that a function
 * works in a pool and without one. Call it before the first `await`, or keep what it returned: code that a
 * task leaves running after it has returned sees the next task. In a pool whose `concurrency` is above 1, it is
 * right after an `await` as well: code sees the task that it belongs to.
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
  return (state.context ? state.context.getStore() : state.current) ?? outside;
}

/** Called by the worker: the task that begins, or undefined when it ends. */
export function setCurrentTask(task: CurrentTask | undefined): void {
  state.current = task;
}

/** Called by a worker that runs several tasks at a time, before the first one. */
export function followTasks(): void {
  state.context = createAsyncContext<CurrentTask>();
}

/** Runs a part of a task, where several run at a time. */
export function asTask<T>(task: CurrentTask, run: () => T): T {
  return state.context ? state.context.run(task, run) : run();
}

/** A task that a worker runs now. */
export class RunningTask implements CurrentTask {
  readonly id: number;
  readonly attempt: number;
  readonly pool: string;
  readonly worker: number;
  readonly #status: SharedStatus | undefined;
  /** Made when it is asked for, which few tasks do. */
  #controller: AbortController | undefined;
  #why: 'aborted' | 'timed-out' | undefined;

  constructor(
    id: number,
    attempt: number,
    place: { readonly pool: string; readonly worker: number; readonly status: SharedStatus | undefined },
  ) {
    this.id = id;
    this.attempt = attempt;
    this.pool = place.pool;
    this.worker = place.worker;
    this.#status = place.status;
  }

  get signal(): AbortSignal {
    this.#controller ??= new AbortController();
    this.abort(this.#status?.abortOf(this.id));
    return this.#controller.signal;
  }

  /** Whether the task is to stop. */
  get aborted(): boolean {
    return (this.#why ?? this.#status?.abortOf(this.id)) !== undefined;
  }

  abort(why: 'aborted' | 'timed-out' | undefined): void {
    this.#why ??= why;
    if (this.#why === undefined || !this.#controller || this.#controller.signal.aborted) return;
    this.#controller.abort(this.reason());
  }

  reason(): DOMException {
    return this.#why === 'timed-out'
      ? new DOMException('the task was not done in time', 'TimeoutError')
      : new DOMException('the caller aborted the task', 'AbortError');
  }
}

import type { WaitOptions } from '@manycore/core';
import { defineInspection, functionLabel, withTimeout } from '@manycore/core/internal';
import type { CallExecutor } from '../executor/call.js';
import { callback } from './callback.js';
import type { SingleCall } from './single-call.js';

/**
 * A call that was submitted: Python's `concurrent.futures.Future`. It can be awaited like a promise. A
 * failure that is never read is no unhandled rejection.
 *
 * @example
 * ```ts
 * import { isMain, ThreadPool } from '@manycore/pool';
 *
 * export function cube(n: number): number {
 *   return n ** 3;
 * }
 *
 * if (isMain(import.meta)) {
 *   await using pool = new ThreadPool({ workers: 2 });
 *   const future = pool.submit(cube, 3);
 *   console.log(await future.result(), future.done()); // → 27 true
 * }
 * ```
 */
export class Future<T> implements PromiseLike<T> {
  readonly #executor: CallExecutor;
  readonly #call: SingleCall;
  readonly #promise: Promise<T>;

  /** @internal Futures come from a pool. */
  constructor(executor: CallExecutor, call: SingleCall) {
    this.#executor = executor;
    this.#call = call;
    this.#promise = call.promise as Promise<T>;
    // A failure that is never read is no unhandled rejection.
    this.#promise.catch(() => undefined);
  }

  /**
   * Waits for the result. Rejects with what the function threw, or with what kept it from ending
   * (CancelledError after `cancel`).
   *
   * @throws TimeoutError, or the signal's reason: the task goes on.
   */
  result(options?: WaitOptions): Promise<T> {
    return options === undefined ? this.#promise : this.#within(this.#promise, options);
  }

  /**
   * Waits for the end and resolves to the error; undefined when there was none. (A function that throws
   * `undefined` looks the same.) Rejects with CancelledError when the call was cancelled, as in Python.
   *
   * @throws TimeoutError, or the signal's reason: the task goes on.
   */
  exception(options?: WaitOptions): Promise<unknown> {
    const error = this.#promise.then(
      () => undefined,
      (reason: unknown) => {
        if (this.#call.isCancelled) throw reason;
        return reason;
      },
    );
    // A wait that ends before would leave it unhandled.
    error.catch(() => undefined);
    return this.#within(error, options);
  }

  /**
   * Drops the call if no worker has begun it: true then, and if it was cancelled before, also by
   * `pool.close({ cancelPending: true })`. A running or finished call is left alone: false. (To stop a
   * running one give `submitWith` a signal.)
   */
  cancel(): boolean {
    const { task } = this.#call;
    if (task) this.#executor.cancel(task);
    return this.cancelled();
  }

  cancelled(): boolean {
    return this.#call.isCancelled;
  }

  /** Whether a worker runs it now. */
  running(): boolean {
    const { task } = this.#call;
    return task !== undefined && this.#executor.isRunning(task);
  }

  /** Whether it has ended: by a result, an error or a cancellation. */
  done(): boolean {
    return this.#call.result !== undefined;
  }

  /**
   * Calls `fn` with this future once it is done; soon, if it is. In the async context of this call. What it
   * throws is a warning (`CallbackError`); other callbacks are called all the same, in their order.
   */
  addDoneCallback(fn: (future: this) => unknown): void {
    if (typeof fn !== 'function') throw new TypeError(`fn must be a function, not ${typeof fn}`);
    const tell = callback(`done callback of ${this.#label}`, fn);
    const onSettled = (): void => tell(this);
    void this.#promise.then(onSettled, onSettled);
  }

  then<A = T, B = never>(
    onFulfilled?: ((value: T) => A | PromiseLike<A>) | null,
    onRejected?: ((reason: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    return this.#promise.then(onFulfilled, onRejected);
  }

  /** Rejects also for options that cannot be used. */
  async #within<R>(promise: Promise<R>, options: WaitOptions | undefined): Promise<R> {
    return withTimeout(promise, options, this.#label);
  }

  static {
    defineInspection(this, (future) => {
      const { target, result, error } = future.#call;
      const end = result && (result.status === 'ok' ? { result: result.value } : { error });
      return { target: target.name, state: future.#state, ...(!future.cancelled() && end) };
    });
  }

  /** The states of Python's Future. */
  get #state(): 'pending' | 'running' | 'cancelled' | 'finished' {
    if (this.cancelled()) return 'cancelled';
    if (this.done()) return 'finished';
    return this.running() ? 'running' : 'pending';
  }

  get #label(): string {
    return functionLabel(this.#call.target.name);
  }
}

import type { WaitOptions } from '@manycore/core';
import { defineInspection, withTimeout } from '@manycore/core/internal';
import { InvalidStateError } from '../errors.js';

/**
 * A result to come: what `applyAsync`, `mapAsync` and `starmapAsync` return at once. It can be
 * awaited like a promise. A failure that is never read is no unhandled rejection.
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
 *   const result = pool.applyAsync(cube, [3]);
 *   console.log(result.ready(), await result.get({ timeout: 10_000 })); // → false 27
 * }
 * ```
 */
export class AsyncResult<T> implements PromiseLike<T> {
  readonly #promise: Promise<T>;
  readonly #label: string;
  #state: 'pending' | 'fulfilled' | 'rejected' = 'pending';
  /** The result or the error, once it is ready. */
  #outcome: { readonly result?: T; readonly error?: unknown } = {};

  /** Made by a pool. */
  constructor(label: string, promise: Promise<T>) {
    this.#label = label;
    this.#promise = promise;
    promise.then(
      (result) => {
        this.#state = 'fulfilled';
        this.#outcome = { result };
      },
      (error: unknown) => {
        this.#state = 'rejected';
        this.#outcome = { error };
      },
    );
  }

  /**
   * Waits for the result. Rejects with what the function threw, or with what kept it from ending.
   *
   * @throws TimeoutError, or the signal's reason: the task goes on.
   */
  get(options?: WaitOptions): Promise<T> {
    return options === undefined ? this.#promise : this.#within(options);
  }

  static {
    defineInspection(this, (result) => {
      const isReady = result.ready();
      return {
        target: result.#label,
        ready: isReady,
        successful: isReady ? result.successful() : undefined,
        ...result.#outcome,
      };
    });
  }

  /** Rejects also for options that cannot be used. */
  async #within(options: WaitOptions): Promise<T> {
    return withTimeout(this.#promise, options, `\`${this.#label}\``);
  }

  /**
   * Waits until the result is ready, whether it is a value or an error.
   *
   * @throws TimeoutError, or the signal's reason: the task goes on.
   */
  async wait(options?: WaitOptions): Promise<void> {
    const settled = this.#promise.then(
      () => undefined,
      () => undefined,
    );
    await withTimeout(settled, options, `\`${this.#label}\``);
  }

  /** Whether the result is ready. */
  ready(): boolean {
    return this.#state !== 'pending';
  }

  /**
   * Whether the result is a value, not an error.
   *
   * @throws InvalidStateError before it is ready.
   */
  successful(): boolean {
    if (this.#state === 'pending') {
      throw new InvalidStateError(
        `the result of \`${this.#label}\` is not ready; await wait() before successful()`,
      );
    }
    return this.#state === 'fulfilled';
  }

  then<A = T, B = never>(
    onFulfilled?: ((value: T) => A | PromiseLike<A>) | null,
    onRejected?: ((reason: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    return this.#promise.then(onFulfilled, onRejected);
  }
}

import { TimeoutError, type WaitOptions } from '@manycore/core';
import { type Deferred, deferred, timeoutOf, withTimeout } from '@manycore/core/internal';
import { isCancellation } from '../errors.js';
import type { AsyncResult } from './async-result.js';
import type { Future } from './future.js';

export interface WaitForOptions extends WaitOptions {
  /**
   * - `ALL_COMPLETED` (default): all have settled
   * - `FIRST_COMPLETED`: at least one has
   * - `FIRST_EXCEPTION`: one has rejected, other than by being cancelled; or all have settled
   */
  readonly returnWhen?: 'ALL_COMPLETED' | 'FIRST_COMPLETED' | 'FIRST_EXCEPTION' | undefined;
}

/** Which have settled, and which have not. */
export interface Waited<P> {
  readonly done: Set<P>;
  readonly notDone: Set<P>;
}

/**
 * Waits for futures, results or promises, and returns which of them have settled. Like Python's `wait`, and
 * unlike other waiting calls, it does not reject when `timeout` passes: it returns which have settled until
 * then. It rejects with the reason of `signal`.
 */
export async function wait<P extends PromiseLike<unknown>>(
  handles: Iterable<P>,
  options: WaitForOptions = {},
): Promise<Waited<P>> {
  const { returnWhen = 'ALL_COMPLETED' } = options;
  if (!['ALL_COMPLETED', 'FIRST_COMPLETED', 'FIRST_EXCEPTION'].includes(returnWhen)) {
    throw new RangeError(
      `returnWhen must be ALL_COMPLETED, FIRST_COMPLETED or FIRST_EXCEPTION, not ${returnWhen}`,
    );
  }
  const notDone = new Set(handles);
  const done = new Set<P>();
  if (notDone.size === 0) return { done, notDone };
  const enough = new Promise<void>((resolve) => {
    for (const handle of notDone) {
      const onSettled = (failed: boolean): void => {
        notDone.delete(handle);
        done.add(handle);
        const isEnough = returnWhen === 'FIRST_COMPLETED' || (returnWhen === 'FIRST_EXCEPTION' && failed);
        if (isEnough || notDone.size === 0) resolve();
      };
      handle.then(
        () => onSettled(false),
        (error: unknown) => onSettled(!isCancellation(error)),
      );
    }
  });
  try {
    await withTimeout(enough, options, 'the futures');
  } catch (error) {
    if (!(error instanceof TimeoutError)) throw error;
  }
  // What settles later does not change what was returned.
  return { done: new Set(done), notDone: new Set(notDone) };
}

/**
 * A future or result that has settled, as `asCompleted` yields it: the same object, of which only the
 * type hides its `then`. TypeScript takes a loop's variable that could be awaited for what it would resolve
 * to, although an async iterator's values are not awaited.
 */
export type Completed<P extends PromiseLike<unknown>> = P & { readonly then: never };

/**
 * Yields futures (or AsyncResults) as they settle, whichever way; each once. Take the value or the error
 * from what is yielded: by `result()`, `exception()` or `get()`.
 *
 * @param options `timeout` and `signal` bound the iteration as a whole.
 *
 * @example
 * ```ts
 * import { asCompleted, isMain, ThreadPool } from '@manycore/pool';
 *
 * export async function nap(ms: number): Promise<number> {
 *   await new Promise((resolve) => setTimeout(resolve, ms));
 *   return ms;
 * }
 *
 * if (isMain(import.meta)) {
 *   await using pool = new ThreadPool({ workers: 2 });
 *   const futures = [pool.submit(nap, 1000), pool.submit(nap, 1)];
 *   for await (const future of asCompleted(futures)) {
 *     console.log(await future.result());
 *   }
 *   // → 1
 *   // → 1000
 * }
 * ```
 */
export function asCompleted<P extends Future<unknown> | AsyncResult<unknown>>(
  handles: Iterable<P>,
  options?: WaitOptions,
): AsyncIterableIterator<Completed<P>, undefined> {
  return new CompletedIterator(handles, options);
}

/** Not a generator: `yield` in an async generator would await what it yields. */
class CompletedIterator<P extends PromiseLike<unknown>>
  implements AsyncIterableIterator<Completed<P>, undefined>
{
  readonly #options: WaitOptions | undefined;
  readonly #timeout: number;
  readonly #deadline: number;
  /** In the order in which they settled; those before `#taken` were yielded. */
  readonly #settled: (Completed<P> | undefined)[] = [];
  #taken = 0;
  readonly #total: number;
  /** How many are still to be yielded. */
  #left: number;
  #wake: Deferred<undefined> | undefined;
  /** Calls of `next` are served one after the other. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor(handles: Iterable<P>, options: WaitOptions | undefined) {
    const all = new Set(handles);
    this.#options = options;
    this.#timeout = timeoutOf(options);
    this.#deadline = performance.now() + this.#timeout;
    this.#total = all.size;
    this.#left = all.size;
    for (const handle of all) {
      const onSettled = (): void => {
        this.#settled.push(handle as Completed<P>);
        this.#wake?.resolve(undefined);
      };
      handle.then(onSettled, onSettled);
    }
  }

  next(): Promise<IteratorResult<Completed<P>, undefined>> {
    const result = this.#turn.then(() => this.#next());
    this.#turn = result.catch(() => undefined);
    return result;
  }

  async #next(): Promise<IteratorResult<Completed<P>, undefined>> {
    if (this.#left > 0 && this.#settled.length === this.#taken) {
      const wake = (this.#wake = deferred<undefined>());
      const signal = this.#options?.signal;
      const timeout =
        this.#timeout === Infinity ? Infinity : Math.max(this.#deadline - performance.now(), 0);
      await withTimeout(wake.promise, { timeout, signal }, `${this.#left} of ${this.#total} futures`);
    }
    // Not shifted: of a long array that would move all the others.
    const handle = this.#settled[this.#taken];
    if (this.#left === 0 || handle === undefined) return { done: true, value: undefined };
    this.#settled[this.#taken] = undefined;
    this.#taken += 1;
    this.#left -= 1;
    return { done: false, value: handle };
  }

  return(): Promise<IteratorResult<Completed<P>, undefined>> {
    this.#left = 0;
    return Promise.resolve({ done: true, value: undefined });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}

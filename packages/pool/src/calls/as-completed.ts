import type { WaitOptions } from '@manycore/core';
import { type Deferred, deferred, timeoutOf, withTimeout } from '@manycore/core/internal';
import type { AsyncResult } from './async-result.js';
import type { Future } from './future.js';

/**
 * A future or result that has settled, as `asCompleted` yields it: the very object, for which only the
 * type hides its `then`. For TypeScript takes a loop's variable that could be awaited for what it would
 * resolve to, although an async iterator's values are not awaited.
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
  /** How many were not yielded. */
  #left: number;
  #wake: Deferred<undefined> | undefined;
  /** Calls of `next` are answered one after the other. */
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

import type { WaitOptions } from '@manycore/core';
import { defineInspection } from '@manycore/core/internal';
import { ResultQueue } from './result-queue.js';
import type { StreamCall } from './stream-call.js';

/** Gives up the calls whose results cannot be taken any more. */
const collected = new FinalizationRegistry<ResultQueue>((queue) => queue.abandon());

/**
 * The results of `imap` and `imapUnordered`, one at a time as they come.
 *
 * A `for await` loop ends at the first error. `next()` goes on behind an item that failed: the call that
 * meets its error rejects, the one after it gives the next item's result. What ends the iteration for
 * both, after the results before it, is an error of the input, a timeout, an abort, or the pool's end.
 *
 * Leaving a loop by `break`, `return` or an error closes the input and drops what no worker has begun; so
 * does `return()`, and the end of an `await using` block.
 */
export class ResultIterator<T> implements AsyncIterableIterator<T, undefined>, AsyncDisposable {
  readonly #queue: ResultQueue;

  static {
    defineInspection(this, (results) => results.#queue.call.summary);
  }

  /** @internal Made by a pool. `start` makes the call that it takes results from. */
  constructor(start: (onResult: () => void) => StreamCall, settles: boolean) {
    this.#queue = new ResultQueue(start, settles);
    collected.register(this, this.#queue);
  }

  /**
   * The next result. Without options it waits for as long as it takes. Rejects with the error of an item
   * that failed; the iteration goes on.
   *
   * @throws TimeoutError, or the signal's reason: the result is not lost, the next `next()` gets it.
   */
  next(options?: WaitOptions): Promise<IteratorResult<T, undefined>> {
    return this.#queue.next(options) as Promise<IteratorResult<T, undefined>>;
  }

  return(): Promise<IteratorResult<T, undefined>> {
    this.#queue.call.leave();
    return Promise.resolve({ done: true, value: undefined });
  }

  /** For a loop: ends at the first error. */
  [Symbol.asyncIterator](): AsyncIterableIterator<T, undefined> {
    const loop: AsyncIterableIterator<T, undefined> = {
      next: async () => {
        try {
          return await this.next();
        } catch (error) {
          // A loop does not call `return` of what has thrown.
          await this.return();
          throw error;
        }
      },
      return: () => this.return(),
      [Symbol.asyncIterator]: () => loop,
    };
    return loop;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.return();
  }
}

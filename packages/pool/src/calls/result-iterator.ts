import { type Deferred, deferred, type WaitOptions, withinWait } from '@manycore/core';
import type { Taken } from './result-buffer.js';
import type { StreamCall } from './stream-call.js';

/**
 * The results of `imap` and `imapUnordered`, one at a time as they come. Leaving the loop by `break` or
 * `return` drops what no worker has begun. After an error the iteration is over.
 */
export class ResultIterator<T> implements AsyncIterableIterator<T, undefined>, AsyncDisposable {
  readonly #call: StreamCall;
  /** Those who wait for a result, in the order in which they asked. */
  readonly #waiting = new Set<Deferred<IteratorResult<T, undefined>>>();
  #serving = false;
  #asked = false;

  /** By a pool. `start` makes the call that it takes results from. */
  constructor(start: (onResult: () => void) => StreamCall) {
    this.#call = start(() => this.#serve());
    this.#call.start();
  }

  /**
   * The next result. Without options it waits for as long as it takes.
   *
   * @throws TimeoutError, or the signal's reason: the result is not lost, the next `next()` gets it.
   */
  async next(options?: WaitOptions): Promise<IteratorResult<T, undefined>> {
    const turn = deferred<IteratorResult<T, undefined>>();
    this.#waiting.add(turn);
    this.#serve();
    if (options === undefined) return turn.promise;
    const what = `a result of \`${this.#call.target.name}\``;
    try {
      return await withinWait(turn.promise, options, what);
    } catch (error) {
      // Whoever was served in this very moment takes the result after all.
      if (this.#waiting.delete(turn)) throw error;
      return turn.promise;
    }
  }

  return(): Promise<IteratorResult<T, undefined>> {
    this.#call.leave();
    return Promise.resolve({ done: true, value: undefined });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.return();
  }

  /** Gives those who wait what is there. Taking a result may bring the next, which calls this again. */
  #serve(): void {
    this.#asked = true;
    if (this.#serving) return;
    this.#serving = true;
    while (this.#asked) {
      this.#asked = false;
      for (const turn of this.#waiting) {
        const taken = this.#call.take();
        if (!taken) break;
        this.#waiting.delete(turn);
        settle(turn, taken);
      }
    }
    this.#serving = false;
  }
}

function settle<T>(turn: Deferred<IteratorResult<T, undefined>>, taken: Taken): void {
  if (taken.kind === 'value') turn.resolve({ done: false, value: taken.value as T });
  else if (taken.kind === 'error') turn.reject(taken.error);
  else turn.resolve({ done: true, value: undefined });
}

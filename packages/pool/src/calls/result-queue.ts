import type { WaitOptions } from '@manycore/core';
import { type Deferred, deferred, withTimeout } from '@manycore/core/internal';
import type { Taken } from './result-buffer.js';
import type { StreamCall } from './stream-call.js';

/**
 * The calls of `next()` that wait for a result, in the order in which they came. The pool holds this, and
 * not the iterator that the consumer has, so that an iterator that nothing refers to can be collected.
 */
export class ResultQueue {
  readonly #call: StreamCall;
  readonly #settles: boolean;
  readonly #waiting = new Set<Deferred<IteratorResult<unknown, undefined>>>();
  #serving = false;
  #asked = false;
  #abandoned = false;

  /** `start` makes the call that results are taken from; with `settles`, errors of items are results. */
  constructor(start: (onResult: () => void) => StreamCall, settles: boolean) {
    this.#settles = settles;
    this.#call = start(() => this.#serve());
    this.#call.start();
  }

  get call(): StreamCall {
    return this.#call;
  }

  async next(options: WaitOptions | undefined): Promise<IteratorResult<unknown, undefined>> {
    const turn = deferred<IteratorResult<unknown, undefined>>();
    this.#waiting.add(turn);
    this.#serve();
    if (options === undefined) return turn.promise;
    const what = `a result of \`${this.#call.target.name}\``;
    try {
      return await withTimeout(turn.promise, options, what);
    } catch (error) {
      // One that was served in this very moment takes the result after all.
      if (this.#waiting.delete(turn)) throw error;
      return turn.promise;
    }
  }

  /** No more calls of `next` can come. */
  abandon(): void {
    this.#abandoned = true;
    this.#serve();
  }

  /** Answers what waits with what is there. Taking a result may bring the next, which calls this again. */
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
        this.#settle(turn, taken);
      }
    }
    this.#serving = false;
    if (this.#abandoned && this.#waiting.size === 0) this.#call.abandon();
  }

  #settle(turn: Deferred<IteratorResult<unknown, undefined>>, taken: Taken): void {
    switch (taken.kind) {
      case 'value': {
        const { value } = taken;
        const result = this.#settles ? { status: 'fulfilled', value } : value;
        turn.resolve({ done: false, value: result });
        break;
      }
      case 'error':
        if (!this.#settles) turn.reject(taken.error);
        else turn.resolve({ done: false, value: { status: 'rejected', reason: taken.error } });
        break;
      case 'failure':
        turn.reject(taken.error);
        break;
      case 'end':
        turn.resolve({ done: true, value: undefined });
    }
  }
}

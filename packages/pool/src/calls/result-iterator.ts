import type { WaitOptions } from '@manycore/core';
import {
  type Deferred,
  deferred,
  defineInspection,
  functionLabel,
  type TargetRef,
  withTimeout,
} from '@manycore/core/internal';
import type { CallExecutor } from '../executor/call.js';
import {
  callSettings,
  chunkSizeOf,
  readAheadOf,
  type StreamOptions,
} from '../options/call-options.js';
import { optionalBoolean } from '../options/checks.js';
import { contextSnapshot } from '../platform/node.js';
import type { AnyIterable } from '../types.js';
import { progressOf } from './callback.js';
import { whileOpen } from './collect-items.js';
import { checkIterable, itemSource } from './item-source.js';
import type { Taken } from './result-buffer.js';
import { StreamCall, type StreamPlan } from './stream-call.js';

/** The results of an `imap`. @throws TypeError, RangeError naming the option. */
export function openStream<T>(
  executor: CallExecutor,
  target: TargetRef,
  ordered: boolean,
  items: AnyIterable<unknown>,
  options: StreamOptions | undefined,
): ResultIterator<T> {
  const settings = callSettings(options);
  const chunkSize = chunkSizeOf(options) ?? 1;
  const settle = optionalBoolean('settle', options?.settle);
  const readAhead = readAheadOf(options, chunkSize, executor.capacity);
  const onProgress = progressOf(target.name, options);
  checkIterable(items);
  return whileOpen(executor, () => {
    const source = itemSource(items);
    const enter = contextSnapshot();
    const plan: StreamPlan = { target, ordered, chunkSize, readAhead, onProgress, source, enter };
    const start = (onResult: () => void): StreamCall =>
      new StreamCall(executor, plan, settings, onResult);
    return new ResultIterator(start, settle === true);
  });
}

/** Abandons the calls whose results cannot be taken any more. */
const collected = new FinalizationRegistry<ResultQueue>((queue) => queue.abandon());

/**
 * The results of `imap` and `imapUnordered`, one at a time as they come.
 *
 * A `for await` loop ends at the first error. `next()` goes on behind an item that failed: the call that
 * meets its error rejects, the one after it gives the next item's result. An error of the input, a
 * timeout, an abort and the end of the pool end the iteration for both, after the results before it.
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
   * The next result. Without options it waits without limit. Rejects with the error of an item
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
          // A loop does not call `return` after `next` threw.
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

/**
 * The calls of `next()` that wait for a result, in the order in which they came. The pool refers to
 * this and not to the consumer's iterator, so that an iterator that nothing else refers to can be collected.
 */
class ResultQueue {
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
    const what = `a result of ${functionLabel(this.#call.target.name)}`;
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

  /** Settles the waiting calls as far as there are results. To take one may bring the next, which calls this again. */
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

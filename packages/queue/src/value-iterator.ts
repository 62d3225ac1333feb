import { hasCode } from '@manycore/core/internal';

import { decode } from './encoding/decode.js';
import type { Incoming } from './encoding/incoming.js';
import type { Channel } from './waiting/channel.js';

/**
 * Takes value after value, until the queue is closed and empty. By hand: a generator takes twice as many
 * promises for each value.
 */
export class ValueIterator<T> implements AsyncIterableIterator<T, undefined> {
  readonly #channel: Channel;
  #returned = false;
  readonly #result = (message: Incoming): IteratorResult<T, undefined> | Promise<IteratorResult<T, undefined>> =>
    resultOf(message, this.#channel);

  constructor(channel: Channel) {
    this.#channel = channel;
  }

  next(): Promise<IteratorResult<T, undefined>> {
    if (this.#returned) return Promise.resolve({ value: undefined, done: true });
    try {
      return (
        this.#channel.takeNow<IteratorResult<T, undefined>>(this.#result) ??
        this.#channel.take<IteratorResult<T, undefined>>(undefined, this.#result).catch((error: unknown) => {
          if (isEnd(error, this.#channel)) return { value: undefined, done: true };
          throw error;
        })
      );
    } catch (error) {
      return Promise.reject(error);
    }
  }

  return(): Promise<IteratorResult<T, undefined>> {
    this.#returned = true;
    return Promise.resolve({ value: undefined, done: true });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}

function resultOf<T>(
  message: Incoming,
  { store }: Channel,
): IteratorResult<T, undefined> | Promise<IteratorResult<T, undefined>> {
  const value = decode(message, store.parts);
  // A promise cannot be sent: this one is for classes that are yet to be loaded.
  if (value instanceof Promise) return value.then((loaded: T) => ({ value: loaded, done: false }));
  return { value: value as T, done: false };
}

/** Whether getting failed because the queue is at its end (and not because a value was such an error). */
export function isEnd(error: unknown, { store }: Channel): boolean {
  return hasCode(error, 'MANYCORE_QUEUE_CLOSED') && store.closed && store.size === 0;
}

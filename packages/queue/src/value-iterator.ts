import { hasCode } from '@manycore/core';

/** What is iterated over. */
interface Source<T> {
  get(): Promise<T>;
  readonly closed: boolean;
  readonly empty: boolean;
}

/**
 * Takes value after value, until the queue is closed and empty. By hand: a generator takes twice as many
 * promises for each value.
 */
export class ValueIterator<T> implements AsyncIterableIterator<T> {
  readonly #source: Source<T>;
  readonly #onError = (error: unknown): IteratorResult<T, undefined> => {
    if (!isEnd(error, this.#source)) throw error;
    return { value: undefined, done: true };
  };
  #returned = false;

  constructor(source: Source<T>) {
    this.#source = source;
  }

  next(): Promise<IteratorResult<T, undefined>> {
    if (this.#returned) return Promise.resolve({ value: undefined, done: true });
    return this.#source.get().then(resultOf, this.#onError);
  }

  return(): Promise<IteratorResult<T, undefined>> {
    this.#returned = true;
    return Promise.resolve({ value: undefined, done: true });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}

function resultOf<T>(value: T): IteratorResult<T, undefined> {
  return { value, done: false };
}

/** Whether getting failed because the queue is at its end (and not because a value was such an error). */
export function isEnd(error: unknown, { closed, empty }: { closed: boolean; empty: boolean }): boolean {
  return hasCode(error, 'MANYCORE_QUEUE_CLOSED') && closed && empty;
}

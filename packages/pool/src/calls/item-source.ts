import type { AnyIterable } from '../types.js';
import { isInMemory, sizeOf } from './collections.js';
import { isIterable } from './items.js';

/** Some items of an input, and whether it ended with them. */
export interface Portion {
  readonly items: readonly unknown[];
  readonly ended: boolean;
  /** What the input threw after these items; it has ended then. */
  readonly failure?: { readonly error: unknown };
}

/** An input that is read in portions. One reading at a time. */
export interface ItemSource {
  /** How many items there are, where that is known beforehand. */
  readonly total: number | undefined;
  /** The next `count` items, or fewer at the end. What the input throws is a portion's `failure`. */
  read(count: number): Portion | Promise<Portion>;
  /**
   * Takes what is left of an input that lies in memory as a whole, such as an array: reading it ends for
   * certain. False for any other input, which may be endless.
   */
  takeRest(): boolean;
  /** Nothing more will be read: lets a generator run its `finally`. An error of that is ignored. */
  close(): void;
}

export function itemSource(items: AnyIterable<unknown>): ItemSource {
  return isIterable(items) ? new SyncSource(items) : new AsyncSource(items);
}

class SyncSource implements ItemSource {
  readonly total: number | undefined;
  readonly #isInMemory: boolean;
  #iterator: Iterator<unknown>;
  #reading = false;
  #closed = false;

  constructor(items: Iterable<unknown>) {
    this.#isInMemory = isInMemory(items);
    this.total = sizeOf(items);
    this.#iterator = items[Symbol.iterator]();
  }

  read(count: number): Portion {
    const items: unknown[] = [];
    this.#reading = true;
    try {
      while (items.length < count && !this.#closed) {
        const next = checkResult(this.#iterator.next());
        if (next.done === true) return { items, ended: true };
        items.push(next.value);
      }
    } catch (error) {
      return { items, ended: true, failure: { error } };
    } finally {
      this.#reading = false;
    }
    if (this.#closed) this.#return();
    return { items, ended: this.#closed };
  }

  takeRest(): boolean {
    if (!this.#isInMemory) return false;
    // As it is now: an array that grows while it is read would never end.
    const rest: unknown[] = [];
    for (let next = this.#iterator.next(); next.done !== true; next = this.#iterator.next()) {
      rest.push(next.value);
    }
    this.#iterator = rest[Symbol.iterator]();
    return true;
  }

  close(): void {
    this.#closed = true;
    // The input itself may be what closes; a generator that runs cannot be ended.
    if (!this.#reading) this.#return();
  }

  #return(): void {
    try {
      this.#iterator.return?.();
    } catch {
      // The input is not wanted any more, and neither is its error.
    }
  }
}

class AsyncSource implements ItemSource {
  readonly total = undefined;
  readonly #iterator: AsyncIterator<unknown>;
  #closed = false;

  constructor(items: AsyncIterable<unknown>) {
    this.#iterator = items[Symbol.asyncIterator]();
  }

  async read(count: number): Promise<Portion> {
    const items: unknown[] = [];
    try {
      while (items.length < count && !this.#closed) {
        const next = checkResult(await this.#iterator.next());
        if (next.done === true) {
          this.#closed = true;
          return { items, ended: true };
        }
        items.push(next.value);
      }
    } catch (error) {
      this.#closed = true;
      return { items, ended: true, failure: { error } };
    }
    return { items, ended: this.#closed };
  }

  takeRest(): boolean {
    return false;
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    try {
      // Not awaited: a generator that is stuck in its own `next` would never answer.
      Promise.resolve(this.#iterator.return?.()).catch(() => undefined);
    } catch {
      // The input is not wanted any more, and neither is its error.
    }
  }
}

/** @throws TypeError for what is no result of an iterator; taken for one, a number would never be the last. */
function checkResult<R>(result: R): R {
  if ((typeof result === 'object' && result !== null) || typeof result === 'function') return result;
  throw new TypeError(`next() of the items must return an object, not ${String(result)}`);
}

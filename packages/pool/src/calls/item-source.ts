import type { AnyIterable } from '../types.js';
import { isIterable } from './items.js';

/** Some items of an input, and whether it ended with them. */
export interface Portion {
  readonly items: readonly unknown[];
  readonly ended: boolean;
}

/** An input that is read in portions, as far ahead as someone wants. One reading at a time. */
export interface ItemSource {
  /** How many items there are, where that is known beforehand. */
  readonly total: number | undefined;
  /** The next `count` items, or fewer at the end. Throws, or rejects, what the input throws. */
  read(count: number): Portion | Promise<Portion>;
  /** Nothing more will be read: lets a generator run its `finally`. What that throws, nobody hears. */
  close(): void;
}

export function itemSource(items: AnyIterable<unknown>): ItemSource {
  return isIterable(items) ? new SyncSource(items) : new AsyncSource(items);
}

class SyncSource implements ItemSource {
  readonly total: number | undefined;
  readonly #iterator: Iterator<unknown>;
  #reading = false;
  #closed = false;

  constructor(items: Iterable<unknown>) {
    this.total = Array.isArray(items) ? items.length : undefined;
    this.#iterator = items[Symbol.iterator]();
  }

  read(count: number): Portion {
    const items: unknown[] = [];
    this.#reading = true;
    try {
      while (items.length < count && !this.#closed) {
        const next = this.#iterator.next();
        if (next.done === true) return { items, ended: true };
        items.push(next.value);
      }
    } finally {
      this.#reading = false;
    }
    if (this.#closed) this.#return();
    return { items, ended: this.#closed };
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
      // Nobody hears it.
    }
  }
}

class AsyncSource implements ItemSource {
  readonly total = undefined;
  readonly #iterator: AsyncIterator<unknown>;

  constructor(items: AsyncIterable<unknown>) {
    this.#iterator = items[Symbol.asyncIterator]();
  }

  async read(count: number): Promise<Portion> {
    const items: unknown[] = [];
    while (items.length < count) {
      const next = await this.#iterator.next();
      if (next.done === true) return { items, ended: true };
      items.push(next.value);
    }
    return { items, ended: false };
  }

  close(): void {
    // Nobody waits for it: a generator that is stuck in its own `next` would never answer.
    void Promise.resolve(this.#iterator.return?.()).catch(() => undefined);
  }
}

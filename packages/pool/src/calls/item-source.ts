import type { Target } from '@manycore/core';
import { functionLabel } from '@manycore/core/internal';
import type { AnyIterable } from '../types.js';

export function isIterable(items: unknown): items is Iterable<unknown> {
  return hasMethod(items, Symbol.iterator);
}

/** @throws TypeError for what cannot be iterated. */
export function checkIterable(items: unknown): asserts items is AnyIterable<unknown> {
  if (isIterable(items) || hasMethod(items, Symbol.asyncIterator)) return;
  throw new TypeError(`items must be iterable, such as an array; this is ${describe(items)}`);
}

/** @throws TypeError naming the item that is no array of arguments. */
export function checkArgumentLists(items: readonly unknown[]): void {
  const index = items.findIndex((item) => !Array.isArray(item));
  if (index < 0) return;
  throw new TypeError(`items[${index}] must be an array of arguments; map() takes single values`);
}

/**
 * Refuses what was meant for `starmap`: a function of several parameters, and as many values in an item. One whose
 * further parameters are optional is fine with any other item.
 *
 * @throws TypeError
 */
export function checkItemFunction(method: string, fn: Target, items: unknown): void {
  const first: unknown = typeof fn === 'function' && fn.length > 1 && Array.isArray(items) ? items[0] : undefined;
  if (typeof fn !== 'function' || !Array.isArray(first) || first.length !== fn.length) return;
  throw new TypeError(
    `${method} calls ${functionLabel(fn.name)} with one argument, an item, but it takes ${fn.length}, as many as ` +
      `items[0] holds: use starmap, which calls it with the values of each item (or one parameter: ([a, b]) => …)`,
  );
}

function hasMethod(value: unknown, key: symbol): boolean {
  if (value === null || value === undefined) return false;
  return typeof (value as Record<symbol, unknown>)[key] === 'function';
}

function describe(value: unknown): string {
  return value === null ? 'null' : typeof value === 'object' ? 'an object' : typeof value;
}

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
   * Takes the rest of an input that is in memory as a whole, such as an array: reading it always ends.
   * False for any other input, which may be endless.
   */
  takeRest(): boolean;
  /** Nothing more will be read: a generator runs its `finally`. An error of that is ignored. */
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
    // The input itself may have called this; a generator that runs cannot be ended.
    if (!this.#reading) this.#return();
  }

  #return(): void {
    try {
      this.#iterator.return?.();
    } catch {
      // The input is closed: its error is ignored.
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
      // Not awaited: a generator that is stuck in its own `next` would never settle it.
      Promise.resolve(this.#iterator.return?.()).catch(() => undefined);
    } catch {
      // The input is closed: its error is ignored.
    }
  }
}

/** @throws TypeError for what is no result of an iterator: a number would never be `done`. */
function checkResult<R>(result: R): R {
  if ((typeof result === 'object' && result !== null) || typeof result === 'function') return result;
  throw new TypeError(`next() of the items must return an object, not ${String(result)}`);
}

/** The prototypes of the language's collections: an object that has its iterator from one of these is finite. */
const typedArray = Object.getPrototypeOf(Uint8Array.prototype) as Iterable<unknown>;
const collections: readonly Iterable<unknown>[] = [
  Array.prototype,
  typedArray,
  Set.prototype,
  Map.prototype,
  String.prototype,
];
const iterators: ReadonlySet<unknown> = new Set(
  [[].values(), new Set().values(), new Map().values(), ''[Symbol.iterator]()].map(
    (iterator: unknown) => Object.getPrototypeOf(iterator) as unknown,
  ),
);

/**
 * Whether all the items are in memory: they are a collection of the language, or what its
 * `values()`, `keys()` and `entries()` return. Anything else, also a collection with an iterator of its
 * own, may be endless.
 */
function isInMemory(items: Iterable<unknown>): boolean {
  if (iterators.has(Object.getPrototypeOf(items))) return !Object.hasOwn(items, 'next');
  const iterate = items[Symbol.iterator];
  return collections.some((prototype) => prototype[Symbol.iterator] === iterate);
}

/** How many items a collection has; undefined where that is not known before it is read. */
function sizeOf(items: Iterable<unknown>): number | undefined {
  if (!isInMemory(items)) return undefined;
  if (items instanceof Set || items instanceof Map) return items.size;
  return Array.isArray(items) || ArrayBuffer.isView(items)
    ? (items as unknown as ArrayLike<unknown>).length
    : undefined;
}

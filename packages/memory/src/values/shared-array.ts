import type { SyncWaitOptions, WaitOptions } from '@manycore/core';
import { defineInspection, inspectedElements, registerHandle } from '@manycore/core/internal';

import { allocate, ArrivedBlock, exposeBlock, type ShareOptions } from '../block.js';
import { type Scope, scopeOf, type SharedBlock } from '../shared-block.js';
import {
  Cells,
  checkElement,
  type ElementOf,
  type ElementType,
  elementTypeOf,
  sizeOf,
  type ViewOf,
  viewOf,
} from './element-type.js';
import { ValueLock } from './value-lock.js';

/** The lock has a cache line of its own; the elements follow. */
const elementsAt = 64;

interface ArrayState<T extends ElementType> {
  readonly block: SharedBlock;
  readonly type: T;
  readonly length: number;
}

/**
 * An array of numbers (or truth values) in memory that several threads or processes share. Its length is
 * fixed. It crosses by reference: the receiver sees the same elements.
 *
 * `array[i]`, `get` and `set` check what they are given and are atomic, element by element; an index that is
 * out of range is a RangeError, also when reading. `array[i]` costs up to a microsecond: in loops that count
 * take `get` and `set`, or `view`, a typed array over the same memory, which checks nothing. Changes that
 * belong together need `lock`.
 *
 * @example
 * ```ts
 * import { SharedArray } from '@manycore/memory';
 *
 * const samples = new SharedArray('f64', [1, 2, 3]);
 * samples[0] = 10;
 * samples.set(-1, 30);
 * console.log([...samples]); // → [ 10, 2, 30 ]
 * ```
 */
export class SharedArray<T extends ElementType> implements Iterable<ElementOf<T>> {
  /** The element at this index, as by `get` and `set`. */
  [index: number]: ElementOf<T>;
  readonly type: T;
  readonly length: number;
  readonly lock: ValueLock;
  readonly #block: SharedBlock;
  readonly #view: ViewOf<T>;
  readonly #cells: Cells<T>;

  /**
   * An array of `length` zeros, or of these values.
   *
   * @throws TypeError for an unknown type or a value of another kind; RangeError for a value that does
   * not fit, or a length that is not a positive whole number; ProcessesUnavailableError where scope
   * 'processes' cannot be had.
   */
  constructor(type: T, lengthOrValues: number | Iterable<ElementOf<T>>, options?: ShareOptions) {
    this.type = elementTypeOf(type);
    const arrived = options instanceof ArrivedBlock;
    const values = typeof lengthOrValues === 'number' ? undefined : listOf(type, lengthOrValues);
    this.length = values ? values.length : (lengthOrValues as number);
    if (!Number.isSafeInteger(this.length) || this.length <= 0) {
      throw new RangeError(
        `a SharedArray has a positive whole number of elements, not ${this.length}`,
      );
    }
    this.#block = arrived
      ? options.block
      : allocate(elementsAt + this.length * sizeOf(type), scopeOf(options?.scope));
    const { bytes } = this.#block;
    this.#view = viewOf(type, bytes.buffer, bytes.byteOffset + elementsAt, this.length);
    this.#cells = new Cells(type, this.#view);
    this.lock = new ValueLock(this.#block, 0, 'the lock of a SharedArray');
    values?.forEach((value, index) => this.#cells.store(index, value));
  }

  get scope(): Scope {
    return this.#block.scope;
  }

  /**
   * The elements as a typed array, for `Atomics`, loops and whatever takes one; `bool` elements are bytes,
   * 0 and 1. Its `buffer` may hold other things as well: stay within the view.
   */
  get view(): ViewOf<T> {
    // A caller may keep a part of the view, and nothing else.
    exposeBlock(this.#block);
    return this.#view;
  }

  /** Size of all elements in bytes. */
  get byteLength(): number {
    return this.length * sizeOf(this.type);
  }

  /** The element at `index`; −1 is the last one. An index out of range is a RangeError. */
  get(index: number): ElementOf<T> {
    return this.#cells.load(this.#position(index));
  }

  /** Replaces the element at `index`; −1 is the last one. An index out of range is a RangeError. */
  set(index: number, value: ElementOf<T>): void {
    const position = this.#position(index);
    checkElement(this.type, value);
    this.#cells.store(position, value);
  }

  /**
   * Replaces the element at `index` by what `fn` makes of it, while holding the lock; resolves to the new
   * element. `fn` runs once, and must not be asynchronous.
   *
   * @throws RangeError for an index out of range; TimeoutError after `timeout` ms, or the signal's
   * reason; OwnerDiedError.
   */
  async update(
    index: number,
    fn: (value: ElementOf<T>) => ElementOf<T>,
    options?: WaitOptions,
  ): Promise<ElementOf<T>> {
    this.#position(index);
    return this.lock.runBriefly(() => this.#replace(index, fn), options);
  }

  /** The same, blocking the thread while it waits. */
  updateSync(
    index: number,
    fn: (value: ElementOf<T>) => ElementOf<T>,
    options?: SyncWaitOptions,
  ): ElementOf<T> {
    this.#position(index);
    return this.lock.runSync(() => this.#replace(index, fn), options);
  }

  /** Sets all elements to `value`. */
  fill(value: ElementOf<T>): this {
    checkElement(this.type, value);
    for (let index = 0; index < this.length; index += 1) this.#cells.store(index, value);
    return this;
  }

  /** A copy of the elements. */
  toArray(): ElementOf<T>[] {
    return [...this];
  }

  /** The elements in order, each as it is when its turn comes. */
  *[Symbol.iterator](): IterableIterator<ElementOf<T>> {
    for (let index = 0; index < this.length; index += 1) yield this.#cells.load(index);
  }

  #replace(index: number, fn: (value: ElementOf<T>) => ElementOf<T>): ElementOf<T> {
    this.set(index, fn(this.get(index)));
    return this.get(index);
  }

  #position(index: number): number {
    const position = index < 0 ? index + this.length : index;
    if (Number.isInteger(position) && position >= 0 && position < this.length) return position;
    throw new RangeError(
      `index ${index} is out of range: this SharedArray has ${this.length} elements (0 to ${this.length - 1}, or -1 for the last)`,
    );
  }

  static {
    accessByIndex(this.prototype as SharedArray<never>);
    defineInspection(this, (array: SharedArray<ElementType>, options) => ({
      type: array.type,
      length: array.length,
      elements: inspectedElements(array.length, (index) => array.#cells.load(index), options),
      scope: array.scope,
    }));
    registerHandle(this, {
      name: 'SharedArray',
      module: import.meta.url,
      scope: (array) => array.scope,
      detach: (array): ArrayState<ElementType> => ({
        block: array.#block,
        type: array.type,
        length: array.length,
      }),
      attach: ({ type, length, block }: ArrayState<ElementType>) =>
        new this(type, length, new ArrivedBlock(block)),
    });
  }
}

function listOf<T extends ElementType>(
  type: T,
  values: Iterable<ElementOf<T>>,
): readonly ElementOf<T>[] {
  if (typeof (values as Partial<Iterable<unknown>> | null)?.[Symbol.iterator] !== 'function') {
    throw new TypeError('a SharedArray is made from a length or from values that can be iterated');
  }
  const list = [...values];
  for (const value of list) checkElement(type, value);
  return list;
}

/** What can be read and written by index. */
interface Indexed {
  get(index: number): unknown;
  set(index: number, value: unknown): void;
}

/**
 * Makes `array[i]` read and write the elements of a class that has `get` and `set`. Only names that the
 * object and its class do not have come here, so nothing else gets slower.
 */
function accessByIndex(prototype: Indexed): void {
  const beyond = new Proxy(Object.create(Object.getPrototypeOf(prototype) as object) as object, {
    get(target, key, receiver: Indexed): unknown {
      const index = indexOf(key);
      return index === undefined ? Reflect.get(target, key, receiver) : receiver.get(index);
    },
    set(target, key, value, receiver: Indexed): boolean {
      const index = indexOf(key);
      if (index === undefined) return Reflect.set(target, key, value, receiver);
      receiver.set(index, value);
      return true;
    },
  });
  Object.setPrototypeOf(prototype, beyond);
}

/** The number that a key stands for; a key of another kind stands for none. */
function indexOf(key: string | symbol): number | undefined {
  if (typeof key === 'symbol') return undefined;
  const index = Number(key);
  return String(index) === key ? index : undefined;
}

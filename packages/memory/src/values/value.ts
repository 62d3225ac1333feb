import type { SyncWaitOptions, WaitOptions } from '@manycore/core';
import { defineInspection, registerHandle } from '@manycore/core/internal';

import { allocate, ArrivedBlock, type ShareOptions } from '../block.js';
import { ValueLock } from './value-lock.js';
import { type Scope, scopeOf, type SharedBlock } from '../shared-block.js';
import {
  Cells,
  checkElement,
  type ElementOf,
  type ElementType,
  elementTypeOf,
  viewOf,
} from './element-type.js';

/** The lock is words 0 and 1; the value follows on the same cache line. */
const valueAt = 8;
const blockBytes = 16;

interface ValueState<T extends ElementType> {
  readonly block: SharedBlock;
  readonly type: T;
}

/**
 * One number (or truth value) in memory that several threads or processes share. It crosses by
 * reference: the receiver sees the same value.
 *
 * Reading and writing `value` is atomic, so no reader ever sees half of one; `value += 1` is two steps, and
 * loses updates: use `update`, or hold `lock` around it.
 *
 * @example
 * ```ts
 * import { Value } from '@manycore/memory';
 *
 * const count = new Value('i32', 0);
 * await count.update((n) => n + 1);
 * console.log(count.value); // → 1
 * ```
 */
export class Value<T extends ElementType> {
  readonly type: T;
  readonly lock: ValueLock;
  readonly #block: SharedBlock;
  readonly #cells: Cells<T>;

  /**
   * @throws TypeError for an unknown type or an initial value of another kind; RangeError for one that
   * does not fit; ProcessesUnavailableError where scope 'processes' cannot be had.
   */
  constructor(type: T, initial: ElementOf<T>, options?: ShareOptions) {
    this.type = elementTypeOf(type);
    const arrived = options instanceof ArrivedBlock;
    if (!arrived) checkElement(type, initial);
    this.#block = arrived ? options.block : allocate(blockBytes, scopeOf(options?.scope));
    const { bytes } = this.#block;
    this.#cells = new Cells(type, viewOf(type, bytes.buffer, bytes.byteOffset + valueAt, 1));
    this.lock = new ValueLock(this.#block, 0, 'the lock of a Value');
    if (!arrived) this.#cells.store(0, initial);
  }

  get scope(): Scope {
    return this.#block.scope;
  }

  /** The value now. Assigning one of another kind is a TypeError, one that does not fit a RangeError. */
  get value(): ElementOf<T> {
    return this.#cells.load(0);
  }

  set value(value: ElementOf<T>) {
    checkElement(this.type, value);
    this.#cells.store(0, value);
  }

  /**
   * Replaces the value by what `fn` makes of it, while holding the lock; resolves to the new value. `fn`
   * runs once, and must not be asynchronous.
   *
   * @throws TimeoutError after `timeout` ms, or the signal's reason; OwnerDiedError.
   */
  update(fn: (value: ElementOf<T>) => ElementOf<T>, options?: WaitOptions): Promise<ElementOf<T>> {
    return this.lock.runBriefly(() => this.#replace(fn), options);
  }

  /** The same, blocking the thread while it waits. */
  updateSync(fn: (value: ElementOf<T>) => ElementOf<T>, options?: SyncWaitOptions): ElementOf<T> {
    return this.lock.runSync(() => this.#replace(fn), options);
  }

  #replace(fn: (value: ElementOf<T>) => ElementOf<T>): ElementOf<T> {
    this.value = fn(this.value);
    return this.value;
  }

  static {
    defineInspection(this, ({ type, value, scope }: Value<ElementType>) => ({ type, value, scope }));
    registerHandle(this, {
      name: 'Value',
      module: import.meta.url,
      scope: (value) => value.scope,
      detach: (value): ValueState<ElementType> => ({ block: value.#block, type: value.type }),
      attach: ({ type, block }: ValueState<ElementType>) =>
        new this(type, 0, new ArrivedBlock(block)),
    });
  }
}

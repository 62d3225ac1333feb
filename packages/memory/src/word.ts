import type { PendingWait, SharedBlock } from './shared-block.js';

/**
 * One 32-bit word of a block, with waiting on it. Every operation is atomic and ordered as `Atomics`
 * orders them. An index outside the block is a RangeError.
 *
 * @example
 * ```ts
 * import { allocate, Word } from '@manycore/memory';
 *
 * const word = new Word(allocate(4, 'threads'), 0);
 * console.log(word.add(5), word.load()); // → 0 5
 * console.log(word.wait(5, 10)); // → timed-out
 * ```
 */
export class Word {
  readonly block: SharedBlock;
  /** Its position in `block.words`. */
  readonly index: number;

  constructor(block: SharedBlock, index: number) {
    if (!Number.isInteger(index) || index < 0 || index >= block.words.length) {
      throw new RangeError(`the block has words 0 to ${block.words.length - 1}, not ${index}`);
    }
    this.block = block;
    this.index = index;
  }

  load(): number {
    return Atomics.load(this.block.words, this.index);
  }

  store(value: number): void {
    Atomics.store(this.block.words, this.index, value);
  }

  /** Adds, wrapping around at 32 bits; the value before. */
  add(value: number): number {
    return Atomics.add(this.block.words, this.index, value);
  }

  /** Subtracts, wrapping around at 32 bits; the value before. */
  sub(value: number): number {
    return Atomics.sub(this.block.words, this.index, value);
  }

  /** Sets bits; the value before. */
  or(value: number): number {
    return Atomics.or(this.block.words, this.index, value);
  }

  /** Keeps only the bits that `value` has; the value before. */
  and(value: number): number {
    return Atomics.and(this.block.words, this.index, value);
  }

  /** Stores; the value before. */
  exchange(value: number): number {
    return Atomics.exchange(this.block.words, this.index, value);
  }

  /** Stores `replacement` if the word holds `expected`; the value before. */
  compareExchange(expected: number, replacement: number): number {
    return Atomics.compareExchange(this.block.words, this.index, expected, replacement);
  }

  /** Blocks while the word holds `expected`, for `timeout` milliseconds at most. See `Parker.wait`. */
  wait(expected: number, timeout?: number): 'ok' | 'not-equal' | 'timed-out' {
    return this.block.parker.wait(this.block.words, this.index, expected, timeout ?? Infinity);
  }

  /** The same without blocking. See `Parker.waitAsync`. */
  waitAsync(expected: number, timeout?: number): PendingWait | 'not-equal' {
    return this.block.parker.waitAsync(this.block.words, this.index, expected, timeout ?? Infinity);
  }

  /** Wakes up to `count` sleepers, all unless told; how many were woken. */
  notify(count?: number): number {
    return this.block.parker.notify(this.block.words, this.index, count ?? Infinity);
  }
}

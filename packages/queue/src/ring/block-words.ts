import type { SharedBlock } from '@manycore/memory';

import type { WordMemory } from './ring-memory.js';

/** Words of a shared block, as one thread uses them. */
export class BlockWords implements WordMemory {
  /** Held, because the memory lives as long as the block. */
  readonly block: SharedBlock;
  readonly words: Int32Array;
  /** 0 until it is needed: to become an owner costs a little. */
  #self = 0;

  /** The `count` words from byte `from` of the block on. */
  constructor(block: SharedBlock, from: number, count: number) {
    this.block = block;
    this.words = new Int32Array(block.bytes.buffer, block.bytes.byteOffset + from, count);
  }

  get self(): number {
    return this.#self === 0 ? (this.#self = this.block.owners.self()) : this.#self;
  }

  alive(owner: number): boolean {
    return this.block.owners.alive(owner);
  }

  load(word: number): number {
    return Atomics.load(this.words, word);
  }

  store(word: number, value: number): void {
    Atomics.store(this.words, word, value);
  }

  exchange(word: number, value: number): number {
    return Atomics.exchange(this.words, word, value);
  }

  compareExchange(word: number, expected: number, replacement: number): number {
    return Atomics.compareExchange(this.words, word, expected, replacement);
  }

  or(word: number, bits: number): number {
    return Atomics.or(this.words, word, bits);
  }

  wake(word: number, count: number): void {
    this.block.parker.notify(this.words, word, count);
  }
}

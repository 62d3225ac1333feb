import type { AtomicWords } from './words.js';

/** Words of real shared memory, for a protocol that asks nothing else of the world. */
export class AtomicView implements AtomicWords {
  readonly words: Int32Array;

  constructor(words: Int32Array) {
    this.words = words;
  }

  load(word: number): number {
    return Atomics.load(this.words, word);
  }

  store(word: number, value: number): void {
    Atomics.store(this.words, word, value);
  }

  add(word: number, value: number): number {
    return Atomics.add(this.words, word, value);
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

  and(word: number, bits: number): number {
    return Atomics.and(this.words, word, bits);
  }
}

import type { Owners, Parker, PendingWait, SharedBlock } from './shared-block.js';

/**
 * 32-bit words in shared memory. A protocol is plain code over this interface, or over `Words`: in the packages it
 * runs over real memory, in the model checker over words whose every access is a step that another party, or a
 * death, may precede.
 */
export interface AtomicWords {
  load(word: number): number;
  store(word: number, value: number): void;
  /** Adds, wrapping around at 32 bits; the value before. */
  add(word: number, value: number): number;
  /** Stores; the value before. */
  exchange(word: number, value: number): number;
  /** Stores `replacement` if the word holds `expected`; the value before. */
  compareExchange(word: number, expected: number, replacement: number): number;
  /** Sets bits; the value before. */
  or(word: number, bits: number): number;
  /** Keeps only these bits; the value before. */
  and(word: number, bits: number): number;
}

/** Words, and what else a protocol needs of the world: owners and wake-ups. */
export interface Words extends AtomicWords {
  /** The owner id of the calling thread: positive, below 2 ** 30. */
  readonly self: number;
  /** Whether an owner still lives. May be a system call. */
  alive(owner: number): boolean;
  /** Wakes up to `count` sleepers of a word; how many were woken. */
  notify(word: number, count: number): number;
}

/** Words on which the calling thread can block. */
export interface BlockingWords extends Words {
  /** Blocks while the word holds `expected`, for `timeout` milliseconds at most. See `Parker.wait`. */
  wait(word: number, expected: number, timeout: number): 'ok' | 'not-equal' | 'timed-out';
  /** Milliseconds on a clock that never goes back. */
  now(): number;
}

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

/** Words of real shared memory, as one thread uses them. */
export class SharedWords extends AtomicView implements BlockingWords {
  readonly parker: Parker;
  readonly owners: Owners;
  /** 0 until it is needed: registering as an owner takes a while. */
  #self = 0;

  constructor(words: Int32Array, parker: Parker, owners: Owners) {
    super(words);
    this.parker = parker;
    this.owners = owners;
  }

  get self(): number {
    return this.#self === 0 ? (this.#self = this.owners.self()) : this.#self;
  }

  alive(owner: number): boolean {
    return this.owners.alive(owner);
  }

  notify(word: number, count: number): number {
    return this.parker.notify(this.words, word, count);
  }

  wait(word: number, expected: number, timeout: number): 'ok' | 'not-equal' | 'timed-out' {
    return this.parker.wait(this.words, word, expected, timeout);
  }

  /** The same without blocking. See `Parker.waitAsync`. */
  waitAsync(word: number, expected: number, timeout: number): PendingWait | 'not-equal' {
    return this.parker.waitAsync(this.words, word, expected, timeout);
  }

  now(): number {
    return performance.now();
  }
}

/** Words of a block. */
export class BlockWords extends SharedWords {
  /** Held, because the memory lives as long as the block. */
  readonly block: SharedBlock;

  /** The `count` words from byte `from` on; all of the block unless told. */
  constructor(block: SharedBlock, from = 0, count?: number) {
    const { words, bytes } = block;
    const part =
      count === undefined ? words : new Int32Array(bytes.buffer, bytes.byteOffset + from, count);
    super(part, block.parker, block.owners);
    this.block = block;
  }
}

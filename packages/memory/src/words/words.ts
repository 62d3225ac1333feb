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

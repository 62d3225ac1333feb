import { type Attempt, EventCount, type Words } from '@manycore/memory/internal';

/*
 * The words of a latch. README.md beside this file has the transitions.
 */

/** What is left to count down. */
export const countWord = 0;
/** 1 once a thread has slept on the count, or was about to. */
const sleepersWord = 1;
export const latchWords = 2;

/** A count in shared words, without the waiting. */
export class RawLatch {
  readonly #words: Words;
  readonly #sleepers: EventCount;

  constructor(words: Words) {
    this.#words = words;
    this.#sleepers = new EventCount(words, sleepersWord, countWord);
  }

  get count(): number {
    return this.#words.load(countWord);
  }

  /** Counts down, not below 0. */
  countDown(n: number): void {
    for (let seen = this.#words.load(countWord); seen !== 0; ) {
      const left = Math.max(0, seen - n);
      const found = this.#words.compareExchange(countWord, seen, left);
      if (found === seen) {
        if (left === 0) this.#sleepers.notify(Infinity);
        return;
      }
      seen = found;
    }
  }
}

/** Ends when the count is 0. */
export class LatchAttempt implements Attempt {
  readonly word: number = countWord;
  readonly limit: number = Infinity;
  readonly owner = 0;
  expected = 0;
  // Not `#private`: the model checker reads the fields.
  private readonly words: Words;
  private readonly sleepers: EventCount;

  constructor(words: Words) {
    this.words = words;
    this.sleepers = new EventCount(words, sleepersWord, countWord);
  }

  poll(): boolean {
    if (this.words.load(countWord) === 0) return true;
    this.expected = this.sleepers.prepareWait();
    return this.expected === 0;
  }

  woke(): void {
    // Looking again is what `poll` begins with.
  }

  waitedLong(): void {
    // All go at once.
  }
}

import { RawMutex, type Words } from '@manycore/memory/internal';

/** The mutex's word when it is reserved for a sleeper. */
const reserved = 1 << 31;

/** Whether the mutex is reserved or abandoned: no side of a store ever makes it so. */
function isForeign(word: number): boolean {
  return word < 0 && (word & (1 << 30)) === 0;
}

/**
 * The mutex of one side of a store, as the one user in this thread sees it. The protocol is that of memory's
 * `RawMutex`; a side adds what its user knows, and the hint that it keeps the mutex while it waits.
 */
export class SideMutex {
  readonly #words: Words;
  readonly #mutex: RawMutex;
  /** The word that is 1 while the owner keeps the mutex; 0 where no owner does. */
  readonly #keptWord: number;
  /** This thread has slept on the mutex: others may still do, so it takes the mutex as a contended one. */
  #hasSlept = false;
  #held = false;
  /** The hint may be set: the release clears it. */
  #mayBeKept = false;

  constructor(words: Words, word: number, keptWord = 0) {
    this.#words = words;
    this.#mutex = new RawMutex(words, word);
    this.#keptWord = keptWord;
  }

  /** Takes the mutex if it is free. */
  tryLock(): boolean {
    if (!this.#mutex.tryLock(this.#hasSlept)) return false;
    this.#hasSlept = false;
    this.#held = true;
    return true;
  }

  /** Whether this thread would take it as a contended one. */
  get hasSlept(): boolean {
    return this.#hasSlept;
  }

  /** Whether this thread's release will clear the hint. */
  get isKeeping(): boolean {
    return this.#mayBeKept;
  }

  /** Whether this thread has it. */
  get held(): boolean {
    return this.#held;
  }

  unlock(): void {
    this.#held = false;
    if (this.#mayBeKept) {
      this.#mayBeKept = false;
      this.#words.store(this.#keptWord, 0);
    }
    this.#mutex.unlock();
  }

  /** Lets others know that the owner, this thread, will keep the mutex while it waits. */
  keep(): void {
    if (this.#mayBeKept) return;
    this.#mayBeKept = true;
    this.#words.store(this.#keptWord, 1);
  }

  /** Whether its owner keeps it while it waits. */
  get kept(): boolean {
    return this.#words.load(this.#keptWord) !== 0;
  }

  /** To be called before a sleep on the word: what it must still hold then; undefined: do not sleep, it is free. */
  prepareWait(): number | undefined {
    this.#hasSlept = true;
    const expected = this.#mutex.prepareWait();
    if (expected !== 0) return expected;
    // Where something else wrote a state that no side makes, that is slept on as it is.
    const seen = this.#words.load(this.#mutex.word);
    return isForeign(seen) ? seen : undefined;
  }

  /** Takes the mutex over if its owner is dead. Asking costs a system call. */
  tryTakeOver(): boolean {
    const words = this.#words;
    const { word } = this.#mutex;
    const isTaken =
      this.#mutex.tryTakeOver() ||
      (words.load(word) === reserved && words.compareExchange(word, reserved, words.self) === reserved);
    if (!isTaken) return false;
    this.#held = true;
    // The dead owner may have set the hint.
    this.#mayBeKept = this.#keptWord !== 0;
    return true;
  }
}

import type { Attempt, Words } from '@manycore/memory/internal';

import { ReaderSlots } from './reader-slots.js';

/*
 * See README.md beside this file.
 */
export const mutexWord = 0;
/** Grows when a reader leaves while the mutex is held. */
export const drainWord = 1;
/** Not 0 while a thread writes: its death does harm then. */
export const writingWord = 2;

/** How often a writer checks whether the readers that it waits for live, in milliseconds. */
const recheck = 100;

/** What the protocol does with its mutex, besides waiting for it. */
export interface WriterMutex {
  release(): void;
  /** Leaves the mutex for the next thread to recover. */
  abandon(): void;
}

/** A readers-writer lock in shared words, without the waiting. */
export class RawRWLock {
  readonly slots: ReaderSlots;
  readonly #words: Words;
  readonly #mutex: WriterMutex;

  constructor(words: Words, mutex: WriterMutex, slots: ReaderSlots = new ReaderSlots(words)) {
    this.#words = words;
    this.#mutex = mutex;
    this.slots = slots;
  }

  get isWritten(): boolean {
    return this.#words.load(writingWord) !== 0;
  }

  /**
   * The fast way to read: the position of the count that was raised; 0 when a thread writes, waits to write, or
   * reads in the slow way.
   */
  tryRead(): number {
    const count = this.slots.claim();
    if (count === 0) return 0;
    this.#words.add(count, 1);
    if (this.#words.load(mutexWord) === 0) return count;
    this.endReading(count);
    return 0;
  }

  /** For a thread that reads already: as long as it does, no other writes. 0 when it does not read. */
  readAgain(): number {
    if (this.slots.own === 0) return 0;
    const count = this.slots.claim();
    this.#words.add(count, 1);
    return count;
  }

  /** Holding the mutex: becomes a reader, and releases the mutex. 0, and keeps it, if there is no slot. */
  register(): number {
    const count = this.slots.reclaim();
    if (count !== 0) {
      this.#words.add(count, 1);
      this.#mutex.release();
    }
    return count;
  }

  /** Ends one reading; 0: that of a reader that kept the mutex. */
  endReading(count: number): void {
    if (count === 0) {
      this.#mutex.release();
      return;
    }
    this.#words.add(count, -1);
    if (this.#words.load(mutexWord) === 0) return;
    // Race "both back off": the thread that holds the mutex may wait for this.
    this.#words.add(drainWord, 1);
    this.#words.notify(drainWord, 1);
  }

  /** Holding the mutex, when no thread reads any more. */
  beginWriting(): void {
    this.#words.store(writingWord, 1);
  }

  endWriting(): void {
    this.#words.store(writingWord, 0);
    this.#mutex.release();
  }

  /** A writer leaves before it wrote. What it took over from a dead one stays damaged. */
  giveUpWriting(recovered: boolean): void {
    if (recovered) this.#mutex.abandon();
    else this.#mutex.release();
  }
}

/** Ends when no thread reads any more. To be followed while holding the mutex. */
export class DrainAttempt implements Attempt {
  readonly word: number = drainWord;
  readonly limit: number = recheck;
  readonly owner = 0;
  expected = 0;
  // Not `#private`: the model checker reads the fields.
  private readonly words: Words;
  private readonly slots: ReaderSlots;
  private suspicious: boolean;

  constructor(words: Words, slots: ReaderSlots, suspicious: boolean) {
    this.words = words;
    this.slots = slots;
    this.suspicious = suspicious;
  }

  poll(): boolean {
    // Before the counts: a reader that leaves after the look changes it.
    this.expected = this.words.load(drainWord);
    const isBusy = this.slots.busy(this.suspicious);
    this.suspicious = false;
    return !isBusy;
  }

  woke(timedOut: boolean): void {
    this.suspicious = timedOut;
  }

  waitedLong(): void {
    // Readers cannot be hurried.
  }
}

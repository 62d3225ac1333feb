import type { Words } from '../words.js';

/*
 * The mutex word. README.md beside this file has the states and transitions.
 */

/** The mutex is not held, and any thread may take it. */
export const free = 0;

/** With the owner's id: a thread sleeps, or may sleep, until the mutex is free. */
export const contended: number = 1 << 30;

/** With an id and `contended`: the release must not let newcomers barge in. See `reserved`. */
export const starving: number = 1 << 31;

/** Not held, but kept for a thread that has been asleep: a newcomer steps back for a moment. */
export const reserved: number = 1 << 31;

/** The part of the word that is the owner's id. */
export const ownerMask: number = contended - 1;

/** The word of a mutex whose owner died while it held it. */
export function abandonedBy(owner: number): number {
  return owner | starving;
}

/** Whether the word says that the owner died. */
export function isAbandoned(word: number): boolean {
  return word < 0 && (word & contended) === 0 && word !== reserved;
}

/** Whether the mutex is held, be it by a dead owner. */
export function isHeld(word: number): boolean {
  return word !== free && word !== reserved;
}

/** How long a newcomer steps back for those that have been asleep, in milliseconds. */
export const handoffWindow = 1;

/** What came of `unlock`. */
export type Unlocked = 'unlocked' | 'not-held' | 'abandoned';

/**
 * The steps of the mutex protocol that never wait, over a word. A protocol that holds the mutex for moments
 * and has its own way to wait uses them directly; `Mutex` adds the waiting.
 */
export class RawMutex {
  readonly #words: Words;
  readonly word: number;

  constructor(words: Words, word: number) {
    this.#words = words;
    this.word = word;
  }

  /**
   * Takes the mutex if it is free. A thread that has slept on the word must pass true: others may still
   * sleep, and the release that woke this one has cleared the mark.
   */
  tryLock(hasSlept = false): boolean {
    const { self } = this.#words;
    const mine = hasSlept ? self | contended : self;
    return this.#words.compareExchange(this.word, free, mine) === free;
  }

  /** To be called before a sleep on the word: what it must still hold then; 0: do not sleep, it is free. */
  prepareWait(): number {
    for (let seen = this.#words.load(this.word); ; ) {
      if (!isHeld(seen) || isAbandoned(seen)) return 0;
      const marked = seen | contended;
      const found = this.#words.compareExchange(this.word, seen, marked);
      if (found === seen) return marked;
      seen = found;
    }
  }

  /** Releases the mutex, whichever thread took it, and wakes one that sleeps for it. */
  unlock(): Unlocked {
    const words = this.#words;
    for (let seen = words.load(this.word); ; ) {
      if (!isHeld(seen)) return 'not-held';
      if (isAbandoned(seen)) return 'abandoned';
      const found = words.compareExchange(this.word, seen, seen < 0 ? reserved : free);
      if (found !== seen) {
        seen = found;
        continue;
      }
      if ((seen & contended) === 0) return 'unlocked';
      const woken = words.notify(this.word, 1);
      // No thread was asleep, so none will come and take what was reserved.
      const isReservedInVain = seen < 0 && woken === 0;
      if (isReservedInVain && words.compareExchange(this.word, reserved, free) === reserved) {
        // Newcomers may have stepped back in between.
        words.notify(this.word, 1);
      }
      return 'unlocked';
    }
  }

  /**
   * Takes the mutex over if its owner is dead, and counts as one with sleepers. Asking whether the owner lives
   * may be a system call.
   */
  tryTakeOver(): boolean {
    const words = this.#words;
    const seen = words.load(this.word);
    if (!isHeld(seen) || words.alive(seen & ownerMask)) return false;
    // The whole word: one that was released, or taken over by another thread, in between is left alone.
    return words.compareExchange(this.word, seen, words.self | contended) === seen;
  }
}

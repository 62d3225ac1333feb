import type { Words } from '@manycore/memory/internal';

/** An account is two words: whose it is, and how many values that owner has taken and not finished. */
const accountWords = 2;

/** How many owners may have an account at once. */
const accounts = 1024;

export const claimsWords: number = accounts * accountWords;
export const claimsBytes: number = claimsWords * 4;

/**
 * How many values each thread has taken and not finished, so that those of dead threads can be told. A value
 * is claimed before it counts as taken, and released after it counts as finished: the claims never show too
 * little for a thread that lives. A thread that finishes what another took has a negative balance, and the sum
 * is right.
 */
export class Claims {
  readonly #words: Words;
  readonly #first: number;
  readonly #end: number;
  /** Where this thread's account is; -1 until it needs one. */
  #own = -1;

  /** Over `length` of the words, from `first` on. */
  constructor(words: Words, first = 0, length: number = claimsWords) {
    this.#words = words;
    this.#first = first;
    this.#end = first + length;
  }

  /** Adds to this thread's balance. */
  add(change: number): void {
    if (this.#own < 0) this.#own = this.#open();
    if (this.#own >= 0) this.#words.add(this.#own + 1, change);
  }

  /** How many values the threads that live have taken and not finished. */
  outstanding(): number {
    const words = this.#words;
    let sum = 0;
    for (let at = this.#first; at < this.#end; at += accountWords) {
      const owner = words.load(at);
      const balance = words.load(at + 1);
      if (owner !== 0 && balance !== 0 && words.alive(owner)) sum += balance;
    }
    return sum;
  }

  /**
   * The account that this thread has by another handle, or one that is free, or was a dead owner's; -1 when
   * there is none: then losses of this thread go unnoticed.
   */
  #open(): number {
    const words = this.#words;
    const { self } = words;
    for (let at = this.#first; at < this.#end; at += accountWords) {
      if (words.load(at) === self) return at;
    }
    for (const mayBeDead of [false, true]) {
      for (let at = this.#first; at < this.#end; at += accountWords) {
        const owner = words.load(at);
        if (owner !== 0 && !(mayBeDead && !words.alive(owner))) continue;
        if (words.compareExchange(at, owner, self) !== owner) continue;
        words.store(at + 1, 0);
        return at;
      }
    }
    return -1;
  }
}

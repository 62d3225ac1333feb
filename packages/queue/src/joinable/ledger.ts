import type { Owners, SharedBlock } from '@manycore/memory';

/** An account is two words: whose it is, and how many values that owner has taken and not finished. */
const accountWords = 2;

/** How many owners may have an account at once. */
const accounts = 1024;

export const ledgerBytes: number = accounts * accountWords * 4;

/**
 * Who has taken how many values that are not finished, so that those of the dead can be told. A value is
 * entered before it counts as taken, and taken off after it counts as finished: the ledger never shows too
 * little for somebody who lives. Who finishes what another took has a negative balance, and the sum is
 * right.
 */
export class Ledger {
  readonly #words: Int32Array;
  readonly #owners: Owners;
  /** Where this thread's account is; -1 until it needs one. */
  #own = -1;

  constructor(words: Int32Array, owners: Owners) {
    this.#words = words;
    this.#owners = owners;
  }

  /** The ledger at byte `from` of a block. */
  static over({ words, owners }: SharedBlock, from: number): Ledger {
    return new Ledger(words.subarray(from / 4, (from + ledgerBytes) / 4), owners);
  }

  /** Adds to this thread's balance. */
  enter(change: number): void {
    if (this.#own < 0) this.#own = this.#open();
    if (this.#own >= 0) Atomics.add(this.#words, this.#own + 1, change);
  }

  /** How many values those who live have taken and not finished. */
  outstanding(): number {
    let sum = 0;
    for (let at = 0; at < this.#words.length; at += accountWords) {
      const owner = Atomics.load(this.#words, at);
      const balance = Atomics.load(this.#words, at + 1);
      if (owner !== 0 && balance !== 0 && this.#owners.alive(owner)) sum += balance;
    }
    return sum;
  }

  /**
   * The account that this thread has by another handle, or one that is free, or was a dead owner's; -1 when
   * there is none: then nobody is missed here.
   */
  #open(): number {
    const words = this.#words;
    const self = this.#owners.self();
    for (let at = 0; at < words.length; at += accountWords) {
      if (Atomics.load(words, at) === self) return at;
    }
    for (const mayBeDead of [false, true]) {
      for (let at = 0; at < words.length; at += accountWords) {
        const owner = Atomics.load(words, at);
        if (owner !== 0 && !(mayBeDead && !this.#owners.alive(owner))) continue;
        if (Atomics.compareExchange(words, at, owner, self) !== owner) continue;
        Atomics.store(words, at + 1, 0);
        return at;
      }
    }
    return -1;
  }
}

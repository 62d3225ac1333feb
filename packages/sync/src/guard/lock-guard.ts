import type { OwnedWord } from '../lock/owned-word.js';
import { type Guard, registerGuard, releasedBefore } from './guard.js';

/** The guard of a `Lock`: a class of its own, so that the compiler can do without the object. */
export class LockGuard implements Guard {
  readonly recovered: boolean;
  /** Undefined once given back. */
  #word: OwnedWord | undefined;

  constructor(word: OwnedWord, recovered: boolean) {
    this.recovered = recovered;
    this.#word = word;
  }

  release(): void {
    const word = this.#word;
    if (!word) throw releasedBefore();
    this.#word = undefined;
    word.release();
  }

  [Symbol.dispose](): void {
    if (this.#word) this.release();
  }

  static {
    registerGuard(LockGuard);
  }
}

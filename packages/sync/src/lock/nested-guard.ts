import { type Guard, registerGuard, releasedBefore } from '../guard/guard.js';
import type { Holdable } from '../guard/held-guard.js';

/** The guard of an `RLock`: a class of its own, so that the compiler can do without the object. */
export class NestedGuard implements Guard {
  readonly recovered: boolean;
  /** Undefined once given back. */
  #word: Holdable | undefined;
  readonly #context: number;

  constructor(word: Holdable, context: number, recovered: boolean) {
    this.recovered = recovered;
    this.#word = word;
    this.#context = context;
  }

  release(): void {
    const word = this.#word;
    if (!word) throw releasedBefore();
    this.#word = undefined;
    word.giveBack(this.#context);
  }

  [Symbol.dispose](): void {
    if (this.#word) this.release();
  }

  static {
    registerGuard(NestedGuard);
  }
}

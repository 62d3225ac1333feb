import { type Guard, registerGuard, releasedBefore } from './guard.js';

/** What a guard can stand for. */
export interface Holdable {
  /** Gives it back; `token` is what the guard was made with. */
  giveBack(token: number): void;
}

/** The guard of everything but a `Lock` or `RLock`. */
export class HeldGuard implements Guard {
  readonly recovered: boolean;
  /** Undefined once given back. */
  #holdable: Holdable | undefined;
  readonly #token: number;

  constructor(holdable: Holdable, token: number, recovered: boolean) {
    this.recovered = recovered;
    this.#holdable = holdable;
    this.#token = token;
  }

  release(): void {
    const holdable = this.#holdable;
    if (!holdable) throw releasedBefore();
    this.#holdable = undefined;
    holdable.giveBack(this.#token);
  }

  [Symbol.dispose](): void {
    if (this.#holdable) this.release();
  }

  static {
    registerGuard(HeldGuard);
  }
}

import { NotCloneableError, registerHandle } from '@manycore/core';

import { NotHeldError } from '../errors/not-held-error.js';

/** What a guard can stand for. */
export interface Holdable {
  /** Gives it back; `token` is what the guard was made with. */
  giveBack(token: number): void;
}

/**
 * Something held, until `release()` or the end of the block that `using` opens, whichever comes first.
 * It belongs to the thread that acquired it and does not cross to another.
 *
 * ```ts
 * {
 *   using guard = lock.acquireSync();
 *   // … held here
 * }
 * ```
 */
export class Guard implements Disposable {
  /** True when this acquisition took over from an owner that had died: check what the lock protects. */
  readonly recovered: boolean;
  /** Undefined once given back. */
  #holdable: Holdable | undefined;
  readonly #token: number;

  /** Guards are made by what they guard. */
  constructor(holdable: Holdable, token: number, recovered: boolean) {
    this.recovered = recovered;
    this.#holdable = holdable;
    this.#token = token;
  }

  /**
   * Gives back what is held.
   *
   * @throws NotHeldError when this guard has been released before.
   */
  release(): void {
    const holdable = this.#holdable;
    if (!holdable) throw new NotHeldError('release unlocked lock: this guard was released before');
    this.#holdable = undefined;
    holdable.giveBack(this.#token);
  }

  /** Gives back what is held, unless that has been done. */
  [Symbol.dispose](): void {
    if (this.#holdable) this.release();
  }
  static {
    registerHandle(Guard, {
      name: 'Guard',
      module: import.meta.url,
      // It goes nowhere, and `detach` says why.
      scope: () => 'processes',
      detach: refuse,
      attach: refuse,
    });
  }
}

function refuse(): never {
  throw new NotCloneableError(
    'a Guard cannot be sent: what it guards is held by the thread that acquired it. Send the lock itself',
  );
}

import { NotCloneableError } from '@manycore/core';
import { registerHandle } from '@manycore/core/internal';

import { NotHeldError } from '../errors/not-held-error.js';

/**
 * Something held, until `release()` or the end of the block that `using` opens, whichever comes first.
 * It belongs to the thread that acquired it and does not cross to another.
 *
 * @example
 * ```ts
 * import { Lock } from '@manycore/sync';
 *
 * const lock = new Lock();
 * {
 *   using guard = await lock.acquire();
 *   console.log(lock.locked, guard.recovered); // → true false
 * }
 * console.log(lock.locked); // → false
 * ```
 */
export interface Guard extends Disposable {
  /** True when this acquisition took over from an owner that had died: check what the lock protects. */
  readonly recovered: boolean;

  /**
   * Gives back what is held.
   *
   * @throws NotHeldError when this guard has been released before.
   */
  release(): void;

  /** Gives back what is held, unless that has been done. */
  [Symbol.dispose](): void;
}

/** Makes a class of guards one that cannot be sent, and that says so. */
export function registerGuard(constructor: abstract new (...args: never) => Guard): void {
  registerHandle(constructor, {
    name: 'Guard',
    module: import.meta.url,
    // It goes nowhere, and `detach` says why.
    scope: () => 'processes',
    detach: refuse,
    attach: refuse,
  });
}

export function releasedBefore(): Error {
  return new NotHeldError('release unlocked lock: this guard was released before');
}

function refuse(): never {
  throw new NotCloneableError(
    'a Guard cannot be sent: what it guards is held by the thread that acquired it. Send the lock itself',
  );
}

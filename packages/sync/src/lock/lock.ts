import type { SyncWaitOptions, WaitOptions } from '@manycore/core';
import { defineInspection, registerHandle } from '@manycore/core/internal';
import type { SharedBlock } from '@manycore/memory';

import { Acquirable } from '../guard/acquirable.js';
import type { Guard } from '../guard/guard.js';
import { LockGuard } from '../guard/lock-guard.js';
import { isHeld } from '../protocol/lock/states.js';
import { blockFor, ExistingBlock, type SyncOptions } from '../waiting/existing-block.js';
import { BlockParty } from '../waiting/party.js';
import { flat, type LockParts } from './lock-parts.js';
import { OwnedWord } from './owned-word.js';

/** For `Condition`. */
export let partsOfLock: (lock: Lock) => LockParts;

/**
 * Mutual exclusion between threads or processes. Anyone may release it, not only who acquired it, and
 * it does not nest: a second acquire waits like everyone else's (`RLock` nests).
 *
 * Whoever comes while the lock is free gets it (barging); one who has waited for more than about 4 ms
 * goes before newcomers. What was written before a release is seen after the next acquire.
 *
 * When the holder's thread or process ends without releasing, acquiring throws `OwnerDiedError`, until
 * someone takes over with `recover()`.
 *
 * @example
 * ```ts
 * import { Lock } from '@manycore/sync';
 *
 * const lock = new Lock();
 * async function append(text: string): Promise<void> {
 *   await lock.run(() => console.log(text), { timeout: 1000 });
 * }
 * await Promise.all([append('one at a time'), append('whoever asks first')]);
 * // → one at a time
 * // → whoever asks first
 * ```
 */
export class Lock extends Acquirable {
  readonly #word: OwnedWord;

  constructor(options?: SyncOptions) {
    super();
    this.#word = new OwnedWord(new BlockParty(blockFor(options, 1)), 0, 'Lock');
  }

  /**
   * Waits until the lock is free and takes it, without blocking the thread.
   *
   * @throws TimeoutError after `timeout` ms, or the signal's reason; OwnerDiedError.
   */
  acquire(options?: WaitOptions): Promise<Guard> {
    if (options === undefined && this.#word.take()) {
      return Promise.resolve(new LockGuard(this.#word, false));
    }
    return this.#acquire(options, false);
  }

  /**
   * Blocks the thread until the lock is free and takes it.
   *
   * @throws TimeoutError after `timeout` ms; OwnerDiedError.
   */
  acquireSync(options?: SyncWaitOptions): Guard {
    const recovered =
      options === undefined && this.#word.take() ? false : this.#word.acquireSync(options, false);
    return new LockGuard(this.#word, recovered);
  }

  /**
   * Takes the lock if it is free now; otherwise undefined.
   *
   * @throws OwnerDiedError.
   */
  tryAcquire(): Guard | undefined {
    return this.#word.tryAcquire() ? new LockGuard(this.#word, false) : undefined;
  }

  /**
   * Gives the lock back, whoever acquired it.
   *
   * @throws NotHeldError (`release unlocked lock`) when nobody holds it.
   */
  release(): void {
    this.#word.release();
  }

  /** Whether somebody holds the lock at this moment, dead or alive. */
  get locked(): boolean {
    return isHeld(Atomics.load(this.#word.party.words, 0));
  }

  /**
   * Takes over a lock whose owner died; then `recovered` of the guard is true, and whoever acquires
   * next is not bothered any more. On a healthy lock it is `acquire`.
   */
  recover(options?: WaitOptions): Promise<Guard> {
    return this.#acquire(options, true);
  }

  /** The same, blocking the thread. */
  recoverSync(options?: SyncWaitOptions): Guard {
    return new LockGuard(this.#word, this.#word.acquireSync(options, true));
  }

  async #acquire(options: WaitOptions | undefined, recovering: boolean): Promise<Guard> {
    return new LockGuard(this.#word, await this.#word.acquire(options, recovering));
  }

  static {
    partsOfLock = (lock) => ({
      word: lock.#word,
      holds: () => lock.#word.owner === lock.#word.party.self,
      suspend: () => flat,
      resume: () => undefined,
    });
    defineInspection(this, (lock) => ({
      locked: lock.locked,
      ownerDied: lock.#word.isAbandoned || undefined,
      scope: lock.#word.party.block.scope,
    }));
    registerHandle(this, {
      name: 'Lock',
      module: import.meta.url,
      scope: (lock) => lock.#word.party.block.scope,
      detach: (lock) => lock.#word.party.block,
      attach: (block: SharedBlock) => new this(new ExistingBlock(block)),
    });
  }
}

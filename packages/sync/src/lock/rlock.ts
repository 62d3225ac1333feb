import type { SyncWaitOptions, WaitOptions } from '@manycore/core';
import { defineInspection, registerHandle } from '@manycore/core/internal';
import type { SharedBlock } from '@manycore/memory';

import { Acquirable } from '../guard/acquirable.js';
import type { Guard } from '../guard/guard.js';
import { isHeld } from '../protocol/lock/states.js';
import { blockFor, ExistingBlock, type SyncOptions } from '../waiting/existing-block.js';
import { BlockParty } from '../waiting/party.js';
import type { LockParts } from './lock-parts.js';
import { NestedWord, nestedWords } from './nested-word.js';

/** For `Condition`. */
export let partsOfRLock: (lock: RLock) => LockParts;

/**
 * A lock that its owner may acquire again; it is free when it has been released as often. Only the owner
 * may release it.
 *
 * The owner of an `acquireSync` is the thread, with all its tasks. The owner of an `acquire` is the task:
 * two tasks of one thread exclude each other, while what the owner calls, awaits or starts acquires
 * again. Callbacks of timers and emitters belong to no task.
 *
 * Order, memory and what happens when the owner dies are as with `Lock`.
 *
 * @example
 * ```ts
 * import { RLock } from '@manycore/sync';
 *
 * const lock = new RLock();
 * async function add(): Promise<void> {
 *   await lock.run(() => console.log('added'));
 * }
 * await lock.run(async () => {
 *   await add(); // → added
 *   await add(); // → added
 * });
 * ```
 */
export class RLock extends Acquirable {
  readonly #word: NestedWord;

  constructor(options?: SyncOptions) {
    super();
    this.#word = new NestedWord(new BlockParty(blockFor(options, nestedWords)));
  }

  /**
   * Waits until the lock is free, or the caller's own, and takes it, without blocking the thread.
   *
   * @throws TimeoutError after `timeout` ms, or the signal's reason; OwnerDiedError.
   */
  acquire(options?: WaitOptions): Promise<Guard> {
    return this.#word.acquire(options, false);
  }

  /**
   * Acquires, runs `fn`, releases, and returns what `fn` did. Everything that `fn` starts belongs to the
   * owner until then: also the callbacks of its timers and events may acquire the lock again.
   *
   * @throws as `acquire`, and what `fn` throws.
   */
  override async run<T>(fn: () => T | PromiseLike<T>, options?: WaitOptions): Promise<T> {
    const guard = await this.acquire(options);
    try {
      return await this.#word.run(fn);
    } finally {
      guard.release();
    }
  }

  /**
   * Blocks the thread until the lock is free, or the caller's own, and takes it.
   *
   * @throws TimeoutError after `timeout` ms; OwnerDiedError; DeadlockError when another task of this
   * thread holds the lock and there is no timeout: blocked, the thread could never release it.
   */
  acquireSync(options?: SyncWaitOptions): Guard {
    return this.#word.acquireSync(options, false);
  }

  /**
   * Takes the lock if it is free now, or the caller's own; otherwise undefined.
   *
   * @throws OwnerDiedError.
   */
  tryAcquire(): Guard | undefined {
    return this.#word.tryAcquire();
  }

  /**
   * Undoes one acquire.
   *
   * @throws NotHeldError (`release unlocked lock`) when the caller is not the owner.
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
    return this.#word.acquire(options, true);
  }

  /** The same, blocking the thread. */
  recoverSync(options?: SyncWaitOptions): Guard {
    return this.#word.acquireSync(options, true);
  }

  static {
    partsOfRLock = (lock) => lock.#word;
    defineInspection(this, (lock) => ({
      locked: lock.locked,
      depth: lock.#word.depth,
      ownerDied: lock.#word.word.isAbandoned || undefined,
      scope: lock.#word.party.block.scope,
    }));
    registerHandle(this, {
      name: 'RLock',
      module: import.meta.url,
      scope: (lock) => lock.#word.party.block.scope,
      detach: (lock) => lock.#word.party.block,
      attach: (block: SharedBlock) => new this(new ExistingBlock(block)),
    });
  }
}

import type { SyncWaitOptions, WaitOptions } from '@manycore/core';
import { defineInspection, registerHandle } from '@manycore/core/internal';
import type { SharedBlock } from '@manycore/memory';

import { Acquirable, type Guard } from '../guard.js';
import type { LockParts } from '../lock.js';
import { blockFor, ExistingBlock, type SyncOptions } from '../options.js';
import { reentrantWords } from './raw-reentrant-mutex.js';
import { ReentrantMutex } from './reentrant-mutex.js';

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
  readonly #mutex: ReentrantMutex;

  constructor(options?: SyncOptions) {
    super();
    this.#mutex = new ReentrantMutex(blockFor(options, reentrantWords));
  }

  /**
   * Waits until the lock is free, or the caller's own, and takes it, without blocking the thread.
   *
   * @throws TimeoutError after `timeout` ms, or the signal's reason; OwnerDiedError.
   */
  acquire(options?: WaitOptions): Promise<Guard> {
    return this.#mutex.acquire(options, false);
  }

  /**
   * Acquires, runs `fn`, releases, and returns what `fn` did. Everything that `fn` starts belongs to the
   * owner until then: also the callbacks of its timers and events may acquire the lock again.
   *
   * @throws as `acquire`, and what `fn` throws.
   */
  override async run<T>(fn: () => T | PromiseLike<T>, options?: WaitOptions): Promise<T> {
    const guard = await this.#mutex.acquire(options, false, true);
    try {
      return await this.#mutex.run(fn);
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
    return this.#mutex.acquireSync(options, false);
  }

  /**
   * Takes the lock if it is free now, or the caller's own; otherwise undefined.
   *
   * @throws OwnerDiedError.
   */
  tryAcquire(): Guard | undefined {
    return this.#mutex.tryAcquire();
  }

  /**
   * Undoes one acquire.
   *
   * @throws NotHeldError (`release unlocked lock`) when the caller is not the owner.
   */
  release(): void {
    this.#mutex.release();
  }

  /** Whether the lock is held at this moment, be it by an owner that has died. */
  get locked(): boolean {
    return this.#mutex.mutex.locked;
  }

  /**
   * Takes over a lock whose owner died; then `recovered` of the guard is true, and later callers acquire
   * as usual. On a healthy lock it is `acquire`.
   */
  recover(options?: WaitOptions): Promise<Guard> {
    return this.#mutex.acquire(options, true);
  }

  /** The same, blocking the thread. */
  recoverSync(options?: SyncWaitOptions): Guard {
    return this.#mutex.acquireSync(options, true);
  }

  static {
    partsOfRLock = (lock) => lock.#mutex;
    defineInspection(this, (lock) => ({
      locked: lock.locked,
      depth: lock.#mutex.depth,
      ownerDied: lock.#mutex.mutex.isAbandoned || undefined,
      scope: lock.#mutex.block.scope,
    }));
    registerHandle(this, {
      name: 'RLock',
      module: import.meta.url,
      scope: (lock) => lock.#mutex.block.scope,
      detach: (lock) => lock.#mutex.block,
      attach: (block: SharedBlock) => new this(new ExistingBlock(block)),
    });
  }
}

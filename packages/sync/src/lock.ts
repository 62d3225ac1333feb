import type { SyncWaitOptions, WaitOptions } from '@manycore/core';
import { defineInspection, registerHandle } from '@manycore/core/internal';
import type { SharedBlock } from '@manycore/memory';
import { BlockWords, Mutex } from '@manycore/memory/internal';

import { Acquirable, type Guard, LockGuard } from './guard.js';
import { blockFor, ExistingBlock, type SyncOptions } from './options.js';

/** What a `Condition` needs of its lock: to release it while it waits, however deep it is nested. */
export interface LockParts {
  readonly mutex: Mutex;
  readonly block: SharedBlock;
  /** Whether the caller holds the lock, as far as can be told. */
  holds(): boolean;
  /** Takes off what the owner keeps besides the mutex, before the mutex is released. */
  suspend(): Nesting;
  /** Puts it back, after the mutex was acquired again. */
  resume(nesting: Nesting): void;
}

/** How an `RLock` is held: by which task, and how often the owner acquired it again. */
export interface Nesting {
  readonly context: number;
  readonly again: number;
}

/** How a `Lock` is held. */
const flat: Nesting = { context: 0, again: 0 };

/** For `Condition`. */
export let partsOfLock: (lock: Lock) => LockParts;

/**
 * Mutual exclusion between threads or processes. Any caller may release it, not only the one that acquired
 * it, and it does not nest: a second acquire waits like any other (`RLock` nests).
 *
 * A free lock goes to the first thread that asks (barging); a caller that has waited for more than about
 * 4 ms goes before newcomers. What was written before a release is seen after the next acquire.
 *
 * When the owner's thread or process exits without releasing, acquiring throws `OwnerDiedError`, until
 * a caller takes over with `recover()`.
 *
 * @example
 * ```ts
 * import { Lock } from '@manycore/sync';
 *
 * const lock = new Lock();
 * async function append(text: string): Promise<void> {
 *   await lock.run(() => console.log(text), { timeout: 1000 });
 * }
 * await Promise.all([append('one at a time'), append('in the order of arrival')]);
 * // → one at a time
 * // → in the order of arrival
 * ```
 */
export class Lock extends Acquirable {
  readonly #block: SharedBlock;
  readonly #mutex: Mutex;

  constructor(options?: SyncOptions) {
    super();
    this.#block = blockFor(options, 1);
    this.#mutex = new Mutex(new BlockWords(this.#block), 0, 'Lock');
  }

  /**
   * Waits until the lock is free and takes it, without blocking the thread.
   *
   * @throws TimeoutError after `timeout` ms, or the signal's reason; OwnerDiedError.
   */
  acquire(options?: WaitOptions): Promise<Guard> {
    if (options === undefined && this.#mutex.tryLock()) {
      return Promise.resolve(new LockGuard(this.#mutex, false));
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
      options === undefined && this.#mutex.tryLock() ? false : this.#mutex.acquireSync(options, false);
    return new LockGuard(this.#mutex, recovered);
  }

  /**
   * Takes the lock if it is free now; otherwise undefined.
   *
   * @throws OwnerDiedError.
   */
  tryAcquire(): Guard | undefined {
    return this.#mutex.tryAcquire() ? new LockGuard(this.#mutex, false) : undefined;
  }

  /**
   * Releases the lock, whichever caller acquired it.
   *
   * @throws NotHeldError (`release unlocked lock`) when the lock is not held.
   */
  release(): void {
    this.#mutex.release();
  }

  /** Whether the lock is held at this moment, be it by an owner that has died. */
  get locked(): boolean {
    return this.#mutex.locked;
  }

  /**
   * Takes over a lock whose owner died; then `recovered` of the guard is true, and later callers acquire
   * as usual. On a healthy lock it is `acquire`.
   */
  recover(options?: WaitOptions): Promise<Guard> {
    return this.#acquire(options, true);
  }

  /** The same, blocking the thread. */
  recoverSync(options?: SyncWaitOptions): Guard {
    return new LockGuard(this.#mutex, this.#mutex.acquireSync(options, true));
  }

  async #acquire(options: WaitOptions | undefined, recovering: boolean): Promise<Guard> {
    return new LockGuard(this.#mutex, await this.#mutex.acquire(options, recovering));
  }

  static {
    partsOfLock = (lock) => ({
      mutex: lock.#mutex,
      block: lock.#block,
      holds: () => lock.#mutex.isOwn,
      suspend: () => flat,
      resume: () => undefined,
    });
    defineInspection(this, (lock) => ({
      locked: lock.locked,
      ownerDied: lock.#mutex.isAbandoned || undefined,
      scope: lock.#block.scope,
    }));
    registerHandle(this, {
      name: 'Lock',
      module: import.meta.url,
      scope: (lock) => lock.#block.scope,
      detach: (lock) => lock.#block,
      attach: (block: SharedBlock) => new this(new ExistingBlock(block)),
    });
  }
}

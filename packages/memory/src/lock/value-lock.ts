import { defineInspection, type SyncWaitOptions, type WaitOptions } from '@manycore/core';

import { DeadlockError } from '../errors/deadlock-error.js';
import { type AsyncContext, createAsyncContext } from '../platform/node.js';
import type { SharedBlock } from '../shared-block.js';
import { LockGuard } from './lock-guard.js';
import { LockWord, type Taken } from './lock-word.js';

/** A lock that `run` holds for the work that it started, and the locks that this work held already. */
interface Hold {
  readonly lock: ValueLock;
  readonly outer: Hold | undefined;
  /** False once `run` is over: work that it left behind does not hold the lock any more. */
  active: boolean;
}

/** Follows the asynchronous work of `run`. Made when the first `run` needs it. */
let holds: AsyncContext<Hold> | undefined;

/**
 * The lock of a `Value` or `SharedArray`: mutual exclusion between all threads and processes that have
 * it. Whoever comes while it is free gets it (no order among waiters). Only the thread that holds it may
 * release it. `run` and `runSync` nest, like `with value.get_lock():` in Python; `acquire` does not.
 *
 * When the holder's thread or process ends without releasing, acquiring throws `OwnerDiedError`, until
 * someone takes over with `recover()`.
 *
 * @example
 * ```ts
 * import { Value } from '@manycore/memory';
 *
 * const balance = new Value('i32', 200);
 * await balance.lock.run(() => {
 *   if (balance.value > 0) balance.value -= 1;
 * });
 * console.log(balance.value, balance.lock.locked); // → 199 false
 * ```
 */
export class ValueLock {
  readonly #word: LockWord;
  /** Whether `runSync` runs now: whatever runs below it, runs in it. */
  #running = false;

  /** Locks are made by what they protect. */
  constructor(block: SharedBlock, index: number, name: string) {
    this.#word = new LockWord(block, index, name);
  }

  /** Whether somebody holds the lock at this moment, dead or alive. */
  get locked(): boolean {
    return this.#word.locked;
  }

  /**
   * Waits until the lock is free and takes it, without blocking the thread.
   *
   * @throws TimeoutError after `timeout` ms, or the signal's reason; OwnerDiedError; DeadlockError inside
   * a `run` of the same lock.
   */
  async acquire(options?: WaitOptions): Promise<LockGuard> {
    return this.#guard(await this.#acquire(options, false));
  }

  /**
   * Blocks the thread until the lock is free and takes it.
   *
   * @throws TimeoutError after `timeout` ms; OwnerDiedError; DeadlockError when this thread holds it.
   */
  acquireSync(options?: SyncWaitOptions): LockGuard {
    return this.#guard(this.#word.acquireSync(options, false));
  }

  /**
   * Takes the lock if it is free now; otherwise undefined.
   *
   * @throws OwnerDiedError.
   */
  tryAcquire(): LockGuard | undefined {
    return this.#word.tryAcquire() ? this.#guard('taken') : undefined;
  }

  /**
   * Gives the lock back.
   *
   * @throws NotHeldError when this thread does not hold it (`release unlocked lock` when nobody does).
   */
  release(): void {
    this.#word.release();
  }

  /** Runs `fn` while holding the lock, and gives back what it returns. Nests. */
  async run<T>(fn: () => T | PromiseLike<T>, options?: WaitOptions): Promise<T> {
    if (this.#isHeldHere()) return await fn();
    const guard = await this.acquire(options);
    const context = (holds ??= createAsyncContext<Hold>());
    const hold = { lock: this, outer: context.getStore(), active: true };
    try {
      return await context.run(hold, fn);
    } finally {
      hold.active = false;
      guard.release();
    }
  }

  /** The same, blocking the thread while it waits. `fn` must not be asynchronous. Nests. */
  runSync<T>(fn: () => T, options?: SyncWaitOptions): T {
    if (this.#running || this.#isHeldHere()) return fn();
    return this.#runNow(this.acquireSync(options), fn);
  }

  /** `run` for a function that is not asynchronous: spares the bookkeeping. */
  async runBriefly<T>(fn: () => T, options?: WaitOptions): Promise<T> {
    if (this.#isHeldHere()) return fn();
    return this.#runNow(await this.acquire(options), fn);
  }

  /**
   * Takes over a lock whose owner died; then `recovered` of the guard is true, and whoever acquires
   * next is not bothered any more. On a healthy lock it is `acquire`.
   */
  async recover(options?: WaitOptions): Promise<LockGuard> {
    return this.#guard(await this.#acquire(options, true));
  }

  /** The same, blocking the thread. */
  recoverSync(options?: SyncWaitOptions): LockGuard {
    return this.#guard(this.#word.acquireSync(options, true));
  }

  async #acquire(options: WaitOptions | undefined, recovering: boolean): Promise<Taken> {
    if (this.#isHeldHere()) {
      throw new DeadlockError(
        'this code runs in run() of the same lock: waiting for it would never end; run() nests, acquire() does not',
      );
    }
    return this.#word.acquire(options, recovering);
  }

  #guard(taken: Taken): LockGuard {
    return new LockGuard(() => this.#word.release(), taken === 'recovered');
  }

  #runNow<T>(guard: LockGuard, fn: () => T): T {
    this.#running = true;
    try {
      return fn();
    } finally {
      this.#running = false;
      guard.release();
    }
  }

  static {
    defineInspection(this, ({ locked }: ValueLock) => ({ locked }));
  }

  /** Whether this code belongs to a `run` that holds the lock. */
  #isHeldHere(): boolean {
    for (let hold = holds?.getStore(); hold; hold = hold.outer) {
      if (hold.lock === this && hold.active) return true;
    }
    return false;
  }
}

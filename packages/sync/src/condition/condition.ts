import { type SyncWaitOptions, TimeoutError, type WaitOptions } from '@manycore/core';
import { defineInspection, registerHandle, timeoutOf } from '@manycore/core/internal';
import type { SharedBlock } from '@manycore/memory';

import { Acquirable } from '../guard/acquirable.js';
import type { Guard } from '../guard/guard.js';
import { Lock } from '../lock/lock.js';
import { RLock } from '../lock/rlock.js';
import { countOf } from '../waiting/count-of.js';
import { ExistingBlock, type SyncOptions } from '../waiting/existing-block.js';
import { ConditionWords } from './condition-words.js';

/** What a condition is sent as. */
interface ConditionState {
  readonly block: SharedBlock;
  readonly lock: Lock | RLock;
}

/**
 * Waiting for something to change that a lock protects: `wait` lets the lock go, sleeps until notified,
 * and holds the lock again before it returns, however it ends. Those who notify hold the lock as well.
 * Waiting is in a loop or by `waitFor`, because another may have been quicker.
 *
 * `notify(n)` lets exactly n go of those who wait at that moment, in no promised order.
 *
 * @example
 * ```ts
 * import { Condition } from '@manycore/sync';
 *
 * const changed = new Condition();
 * const items: string[] = [];
 *
 * const consumed = changed.run(async () => {
 *   await changed.waitFor(() => items.length > 0);
 *   console.log(items.pop()); // → an item
 * });
 * await changed.run(() => {
 *   items.push('an item');
 *   changed.notify();
 * });
 * await consumed;
 * ```
 */
export class Condition extends Acquirable {
  /** The lock that the condition belongs to. */
  readonly lock: Lock | RLock;
  readonly #words: ConditionWords;

  /** @param lock a `Lock` or an `RLock`, perhaps of further conditions; a new `RLock` unless given. */
  constructor(lock?: Lock | RLock, options?: SyncOptions) {
    super();
    this.lock = lockOf(lock, options);
    this.#words = new ConditionWords(this.lock, options);
  }

  /** Acquires the lock; see there. */
  acquire(options?: WaitOptions): Promise<Guard> {
    return this.lock.acquire(options);
  }

  /** Runs `fn` while holding the lock; see there. */
  override run<T>(fn: () => T | PromiseLike<T>, options?: WaitOptions): Promise<T> {
    return this.lock.run(fn, options);
  }

  /** Acquires the lock; see there. */
  acquireSync(options?: SyncWaitOptions): Guard {
    return this.lock.acquireSync(options);
  }

  /** Acquires the lock if it is free; see there. */
  tryAcquire(): Guard | undefined {
    return this.lock.tryAcquire();
  }

  /** Releases the lock; see there. */
  release(): void {
    this.lock.release();
  }

  /**
   * Lets the lock go, however deep it is nested, and waits until notified; then holds it again.
   *
   * The lock is held again also when it rejects: with TimeoutError after `timeout` ms, or with the
   * signal's reason. A notice that came at that moment is not lost: a timed-out wait then ends well, and
   * an aborted one notifies another.
   *
   * @throws NotHeldError when the caller does not hold the lock; OwnerDiedError when another died while
   * it held the lock: only then the lock is not held afterwards.
   */
  wait(options?: WaitOptions): Promise<void> {
    return this.#words.wait(options);
  }

  /** The same, blocking the thread. */
  waitSync(options?: SyncWaitOptions): void {
    this.#words.waitSync(options);
  }

  /**
   * Waits until `predicate` gives something truthy, and resolves to it. The lock is held whenever
   * `predicate` runs. `timeout` is for the whole wait.
   *
   * @throws as `wait`.
   */
  async waitFor<T>(predicate: () => T, options?: WaitOptions): Promise<T> {
    const patience = new Patience(options);
    for (;;) {
      const value = this.#check(predicate);
      if (value) return value;
      try {
        await this.wait(patience.left());
      } catch (error) {
        // It may have come true without a notice.
        const last = error instanceof TimeoutError && predicate();
        if (last) return last;
        throw error;
      }
    }
  }

  /** The same, blocking the thread. */
  waitForSync<T>(predicate: () => T, options?: SyncWaitOptions): T {
    const patience = new Patience(options);
    for (;;) {
      const value = this.#check(predicate);
      if (value) return value;
      try {
        this.waitSync(patience.left());
      } catch (error) {
        const last = error instanceof TimeoutError && predicate();
        if (last) return last;
        throw error;
      }
    }
  }

  /**
   * Lets `n` of those go who wait now, or all if there are fewer.
   *
   * @throws NotHeldError when the caller does not hold the lock.
   */
  notify(n = 1): void {
    this.#words.notify(countOf(n, 'n', 1, 2 ** 31 - 1));
  }

  /** Lets all go who wait now. */
  notifyAll(): void {
    this.#words.notify(Infinity);
  }

  #check<T>(predicate: () => T): T {
    this.#words.assertHeld('waitFor');
    return predicate();
  }

  static {
    defineInspection(this, (condition) => ({
      lock: condition.lock,
      waiting: condition.#words.waiting,
      scope: condition.#words.block.scope,
    }));
    registerHandle(this, {
      name: 'Condition',
      module: import.meta.url,
      scope: (condition) => condition.#words.block.scope,
      detach: (condition): ConditionState => ({
        block: condition.#words.block,
        lock: condition.lock,
      }),
      attach: ({ block, lock }: ConditionState) => new this(lock, new ExistingBlock(block)),
    });
  }
}

function lockOf(lock: unknown, options: SyncOptions | undefined): Lock | RLock {
  if (lock === undefined) return new RLock(options);
  if (lock instanceof Lock || lock instanceof RLock) return lock;
  throw new TypeError('lock must be a Lock or an RLock; for options write new Condition(undefined, { … })');
}

/** What is left of a timeout that covers several waits. */
class Patience {
  readonly #options: WaitOptions | undefined;
  readonly #deadline: number;

  constructor(options: WaitOptions | undefined) {
    this.#options = options;
    this.#deadline = performance.now() + timeoutOf(options);
  }

  left(): WaitOptions {
    const left = Math.max(0, this.#deadline - performance.now());
    return { timeout: left, signal: this.#options?.signal };
  }
}

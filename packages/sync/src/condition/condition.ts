import { type SyncWaitOptions, TimeoutError, type WaitOptions } from '@manycore/core';
import { defineInspection, registerHandle, signalOf, timeoutOf } from '@manycore/core/internal';
import { NotHeldError, type SharedBlock } from '@manycore/memory';
import { BlockWords, wait, waitSync } from '@manycore/memory/internal';

import { Acquirable, type Guard } from '../guard.js';
import { Lock, type LockParts, type Nesting, partsOfLock } from '../lock.js';
import { blockFor, countOf, ExistingBlock, type SyncOptions } from '../options.js';
import { partsOfRLock, RLock } from '../rlock/rlock.js';
import { ConditionAttempt, conditionWords, RawCondition } from './raw-condition.js';

/** What a condition is sent as. */
interface ConditionState {
  readonly block: SharedBlock;
  readonly lock: Lock | RLock;
}

/**
 * Waiting for something to change that a lock protects: `wait` releases the lock, sleeps until notified,
 * and holds the lock again before it returns, however it ends. A caller that notifies holds the lock as well.
 * Wait in a loop or by `waitFor`, because another waiter may have been quicker.
 *
 * `notify(n)` lets exactly n of those go that wait at that moment, in no promised order.
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
  readonly #parts: LockParts;
  readonly #words: BlockWords;
  readonly #raw: RawCondition;

  /** @param lock a `Lock` or an `RLock`, perhaps of further conditions; by default a new `RLock`. */
  constructor(lock?: Lock | RLock, options?: SyncOptions) {
    super();
    this.lock = lockOf(lock, options);
    this.#parts = this.lock instanceof Lock ? partsOfLock(this.lock) : partsOfRLock(this.lock);
    const { scope } = this.#parts.block;
    if (options?.scope !== undefined && options.scope !== scope) {
      throw new RangeError(
        `the condition's scope cannot be '${options.scope}': its lock has scope '${scope}'`,
      );
    }
    this.#words = new BlockWords(blockFor(options ?? { scope }, conditionWords));
    this.#raw = new RawCondition(this.#words);
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
   * Releases the lock, however deep it is nested, and waits until notified; then holds it again.
   *
   * The lock is held again also when it rejects: with TimeoutError after `timeout` ms, or with the
   * signal's reason. A notice that came at that moment is not lost: a timed-out wait then ends well, and
   * an aborted one notifies another waiter.
   *
   * @throws NotHeldError when the caller does not hold the lock; OwnerDiedError when another died while
   * it held the lock: only then the lock is not held afterwards.
   */
  async wait(options?: WaitOptions): Promise<void> {
    const timeout = timeoutOf(options);
    const signal = signalOf(options);
    signal?.throwIfAborted();
    const deadline = performance.now() + timeout;
    const ticket = this.#enlist();
    for (;;) {
      const attempt = this.#attempt(ticket);
      const nesting = this.#releaseLock();
      let aborted = false;
      let timedOut = false;
      try {
        const left = deadline - performance.now();
        timedOut = !(await wait(attempt, this.#words, left, signal));
      } catch (error) {
        if (signal?.aborted !== true) throw error;
        aborted = true;
      }
      // At once: another task of this thread must not find the mutex without its task.
      const resume = (): void => this.#parts.resume(nesting);
      await this.#parts.mutex.acquire(undefined, false, undefined, resume);
      const notified = this.#raw.settle(ticket, timedOut || aborted);
      if (aborted) {
        // Race "leaver": the notice is for another waiter.
        if (notified) this.#raw.notify(1);
        throw signal?.reason;
      }
      if (notified) return;
      if (timedOut) throw notNotified(timeout);
    }
  }

  /** The same, blocking the thread. */
  waitSync(options?: SyncWaitOptions): void {
    const timeout = timeoutOf(options);
    const deadline = performance.now() + timeout;
    const ticket = this.#enlist();
    for (;;) {
      const attempt = this.#attempt(ticket);
      const nesting = this.#releaseLock();
      const timedOut = !waitSync(attempt, this.#words, deadline - performance.now());
      this.#parts.mutex.acquireSync(undefined, false);
      this.#parts.resume(nesting);
      if (this.#raw.settle(ticket, timedOut)) return;
      if (timedOut) throw notNotified(timeout);
    }
  }

  /**
   * Waits until `predicate` gives something truthy, and resolves to it. The lock is held whenever
   * `predicate` runs. `timeout` is for the whole wait.
   *
   * @throws as `wait`.
   */
  async waitFor<T>(predicate: () => T, options?: WaitOptions): Promise<T> {
    const deadline = new Deadline(options);
    for (;;) {
      const value = this.#check(predicate);
      if (value) return value;
      try {
        await this.wait(deadline.left());
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
    const deadline = new Deadline(options);
    for (;;) {
      const value = this.#check(predicate);
      if (value) return value;
      try {
        this.waitSync(deadline.left());
      } catch (error) {
        const last = error instanceof TimeoutError && predicate();
        if (last) return last;
        throw error;
      }
    }
  }

  /**
   * Lets `n` of those go that wait now, or all if there are fewer.
   *
   * @throws NotHeldError when the caller does not hold the lock.
   */
  notify(n = 1): void {
    this.#notify(countOf(n, 'n', 1, 2 ** 31 - 1));
  }

  /** Lets all go that wait now. */
  notifyAll(): void {
    this.#notify(Infinity);
  }

  #notify(most: number): void {
    this.#assertHeld('notify');
    this.#raw.notify(most);
  }

  #enlist(): number {
    this.#assertHeld('wait');
    return this.#raw.enlist();
  }

  #attempt(ticket: number): ConditionAttempt {
    return new ConditionAttempt(this.#words, this.#parts.mutex, ticket);
  }

  #releaseLock(): Nesting {
    const nesting = this.#parts.suspend();
    this.#parts.mutex.release();
    return nesting;
  }

  #check<T>(predicate: () => T): T {
    this.#assertHeld('waitFor');
    return predicate();
  }

  #assertHeld(what: string): void {
    if (this.#parts.holds()) return;
    throw new NotHeldError(
      `${what} on an un-acquired Condition: acquire it first, and hold it while you wait or notify`,
    );
  }

  static {
    defineInspection(this, (condition) => ({
      lock: condition.lock,
      waiting: condition.#raw.waiting,
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

function notNotified(timeout: number): Error {
  return new TimeoutError(`Condition was not notified within ${timeout} ms`);
}

/** What is left of a timeout that covers several waits. */
class Deadline {
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

import type { SyncWaitOptions, WaitOptions } from '@manycore/core';
import { defineInspection } from '@manycore/core/internal';

import { DeadlockError } from '../errors/deadlock-error.js';
import type { SharedBlock } from '../shared-block.js';
import type { TaskContext } from '../tasks/task-context.js';
import { taskContexts } from '../tasks/task-contexts.js';
import { LockGuard } from './lock-guard.js';
import { LockWord, type Taken } from './lock-word.js';

/*
 * What the owner keeps in its word, for all handles of the thread: the id of the context that holds the lock,
 * or one of these.
 */
/** The thread holds it by a guard: code that wants it as well waits, or is refused when it would block. */
const byThread = 0;
/** `runSync` runs now: whatever runs in this thread runs in it. */
const running = -1;

/**
 * The lock of a `Value` or `SharedArray`: mutual exclusion between all threads and processes that have
 * it. Whoever comes while it is free gets it (no order among waiters). Only the thread that holds it may
 * release it. `run`, `runSync` and `update` nest, like `with value.get_lock():` in Python, also in a task that
 * holds the lock by `acquire`; `acquire` does not nest.
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
   * @throws TimeoutError after `timeout` ms, or the signal's reason; OwnerDiedError; DeadlockError when the
   * calling task holds the lock itself, by `run` or `acquire`, and there is neither timeout nor signal.
   */
  acquire(options?: WaitOptions): Promise<LockGuard> {
    return this.#acquire(options, false);
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
    const context = this.#word.isOwn ? this.#word.ownersWord : byThread;
    if (context > byThread) {
      const owner = taskContexts.find(context);
      if (owner) taskContexts.disown(owner);
      this.#word.ownersWord = byThread;
    }
    this.#word.release();
  }

  /**
   * Runs `fn` while holding the lock, and gives back what it returns. Nests: also in the callbacks of timers
   * and events that `fn` starts.
   */
  async run<T>(fn: () => T | PromiseLike<T>, options?: WaitOptions): Promise<T> {
    if (this.#isHeldHere()) return await taskContexts.run(this.#word.ownersWord, fn);
    await this.#word.acquire(options, false);
    const context = taskContexts.make();
    this.#hold(context);
    try {
      return await taskContexts.run(context.id, fn);
    } finally {
      this.release();
    }
  }

  /** The same, blocking the thread while it waits. `fn` must not be asynchronous. Nests. */
  runSync<T>(fn: () => T, options?: SyncWaitOptions): T {
    if (this.#isHeldHere()) return fn();
    this.#word.acquireSync(options, false);
    return this.#runNow(fn);
  }

  /** `run` for a function that is not asynchronous: spares the bookkeeping. */
  async runBriefly<T>(fn: () => T, options?: WaitOptions): Promise<T> {
    if (this.#isHeldHere()) return fn();
    await this.#word.acquire(options, false);
    return this.#runNow(fn);
  }

  /**
   * Takes over a lock whose owner died; then `recovered` of the guard is true, and whoever acquires
   * next is not bothered any more. On a healthy lock it is `acquire`.
   */
  recover(options?: WaitOptions): Promise<LockGuard> {
    return this.#acquire(options, true);
  }

  /** The same, blocking the thread. */
  recoverSync(options?: SyncWaitOptions): LockGuard {
    return this.#guard(this.#word.acquireSync(options, true));
  }

  #acquire(options: WaitOptions | undefined, recovering: boolean): Promise<LockGuard> {
    const context = taskContexts.open();
    const taken = this.#take(options, recovering, context);
    taskContexts.give(taken, context);
    return taken;
  }

  async #take(
    options: WaitOptions | undefined,
    recovering: boolean,
    context: TaskContext,
  ): Promise<LockGuard> {
    if (options?.timeout === undefined && !options?.signal && this.#isHeldHere()) {
      throw new DeadlockError(
        'this task holds the lock already, so it would wait for itself forever: ' +
          'run() and update() nest, acquire() does not',
      );
    }
    const taken = await this.#word.acquire(options, recovering);
    this.#hold(context);
    return this.#guard(taken);
  }

  #hold(context: TaskContext): void {
    this.#word.ownersWord = context.id;
    taskContexts.own(context);
  }

  #guard(taken: Taken): LockGuard {
    return new LockGuard(() => this.release(), taken === 'recovered');
  }

  /** Holding the lock: runs `fn`, and releases. */
  #runNow<T>(fn: () => T): T {
    this.#word.ownersWord = running;
    try {
      return fn();
    } finally {
      if (this.#word.isOwn) this.#word.ownersWord = byThread;
      this.#word.release();
    }
  }

  static {
    defineInspection(this, ({ locked }: ValueLock) => ({ locked }));
  }

  /** Whether this code belongs to a task that holds the lock, or to a `runSync`. */
  #isHeldHere(): boolean {
    if (!this.#word.isOwn) return false;
    const owner = this.#word.ownersWord;
    return owner === running || (owner !== byThread && taskContexts.isCurrent(owner));
  }
}

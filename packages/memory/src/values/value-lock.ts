import type { SyncWaitOptions, WaitOptions } from '@manycore/core';
import { defineInspection } from '@manycore/core/internal';

import { DeadlockError, NotHeldError } from '../errors.js';
import { Mutex } from '../mutex/mutex.js';
import type { SharedBlock } from '../shared-block.js';
import type { TaskContext } from '../tasks/task-context.js';
import { taskContexts } from '../tasks/task-contexts.js';
import { BlockWords } from '../words.js';

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
 * it. A free lock goes to the first thread that asks; one that has waited for
 * more than about 4 ms goes before newcomers. Only the thread that holds it may
 * release it. `run`, `runSync` and `update` nest, like `with value.get_lock():` in Python, also in a task that
 * holds the lock by `acquire`; `acquire` does not nest.
 *
 * When the holder's thread or process ends without releasing, acquiring throws `OwnerDiedError`, until
 * a caller takes over with `recover()`.
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
  readonly #mutex: Mutex;
  readonly #words: Int32Array;
  /** The word behind the mutex's: see above. */
  readonly #holderWord: number;
  readonly #name: string;

  /** Locks are made by what they protect. */
  constructor(block: SharedBlock, index: number, name: string) {
    this.#words = block.words;
    this.#holderWord = index + 1;
    this.#mutex = new Mutex(new BlockWords(block), index, name, { ownerWords: [index + 1] });
    this.#name = name;
  }

  /** Whether the lock is held at this moment, be it by a dead owner. */
  get locked(): boolean {
    return this.#mutex.locked;
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
    return this.#guard(this.#acquireSync(options, false));
  }

  /**
   * Takes the lock if it is free now; otherwise undefined.
   *
   * @throws OwnerDiedError.
   */
  tryAcquire(): LockGuard | undefined {
    return this.#mutex.tryAcquire() ? this.#guard(false) : undefined;
  }

  /**
   * Gives the lock back.
   *
   * @throws NotHeldError when this thread does not hold it (`release unlocked lock` when no thread does).
   */
  release(): void {
    if (!this.#mutex.isOwn) throw this.#notHeld();
    const context = this.#holder;
    if (context > byThread) {
      const owner = taskContexts.find(context);
      if (owner) taskContexts.disown(owner);
      this.#holder = byThread;
    }
    this.#mutex.release();
  }

  /**
   * Runs `fn` while holding the lock, and gives back what it returns. Nests: also in the callbacks of timers
   * and events that `fn` starts.
   */
  async run<T>(fn: () => T | PromiseLike<T>, options?: WaitOptions): Promise<T> {
    if (this.#isHeldHere()) return await taskContexts.run(this.#holder, fn);
    await this.#mutex.acquire(options, false);
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
    this.#acquireSync(options, false);
    return this.#runNow(fn);
  }

  /** `run` for a function that is not asynchronous: spares the bookkeeping. */
  async runBriefly<T>(fn: () => T, options?: WaitOptions): Promise<T> {
    if (this.#isHeldHere()) return fn();
    await this.#mutex.acquire(options, false);
    return this.#runNow(fn);
  }

  /**
   * Takes over a lock whose owner died; then `recovered` of the guard is true, and later acquires
   * succeed as usual. On a healthy lock it is `acquire`.
   */
  recover(options?: WaitOptions): Promise<LockGuard> {
    return this.#acquire(options, true);
  }

  /** The same, blocking the thread. */
  recoverSync(options?: SyncWaitOptions): LockGuard {
    return this.#guard(this.#acquireSync(options, true));
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
    const recovered = await this.#mutex.acquire(options, recovering);
    this.#hold(context);
    return this.#guard(recovered);
  }

  #hold(context: TaskContext): void {
    this.#holder = context.id;
    taskContexts.own(context);
  }

  #acquireSync(options: SyncWaitOptions | undefined, recovering: boolean): boolean {
    if (this.#mutex.isOwn) {
      throw new DeadlockError(
        `${this.#name} is already held by this thread; blocking would deadlock: use the asynchronous form`,
      );
    }
    return this.#mutex.acquireSync(options, recovering);
  }

  get #holder(): number {
    return this.#words[this.#holderWord] ?? byThread;
  }

  set #holder(holder: number) {
    this.#words[this.#holderWord] = holder;
  }

  #guard(recovered: boolean): LockGuard {
    return new LockGuard(() => this.release(), recovered);
  }

  /** Holding the lock: runs `fn`, and releases. */
  #runNow<T>(fn: () => T): T {
    this.#holder = running;
    try {
      return fn();
    } finally {
      this.#endRun();
    }
  }

  #endRun(): void {
    if (!this.#mutex.isOwn) throw this.#notHeld();
    this.#holder = byThread;
    this.#mutex.release();
  }

  static {
    defineInspection(this, ({ locked }: ValueLock) => ({ locked }));
  }

  #notHeld(): NotHeldError {
    return this.#mutex.owner === 0
      ? new NotHeldError('release unlocked lock')
      : new NotHeldError(`${this.#name} is held by another thread, which alone may release it`);
  }

  /** Whether this code belongs to a task that holds the lock, or to a `runSync`. */
  #isHeldHere(): boolean {
    if (!this.#mutex.isOwn) return false;
    const holder = this.#holder;
    return holder === running || (holder !== byThread && taskContexts.isCurrent(holder));
  }
}

/** A lock that is held, until `release()` or the end of the block that `using` opens. */
export class LockGuard implements Disposable {
  /** True when this acquisition took over from an owner that had died: check what the lock protects. */
  readonly recovered: boolean;
  /** Undefined once released. */
  #release: (() => void) | undefined;

  /** Guards are made by what they guard. */
  constructor(release: () => void, recovered: boolean) {
    this.#release = release;
    this.recovered = recovered;
  }

  /**
   * Gives the lock back.
   *
   * @throws NotHeldError when this guard has been released before.
   */
  release(): void {
    const release = this.#release;
    if (!release) throw new NotHeldError('release unlocked lock: this guard was released before');
    this.#release = undefined;
    release();
  }

  /** Gives the lock back, unless that has been done. */
  [Symbol.dispose](): void {
    if (this.#release) this.release();
  }
}

import { type SyncWaitOptions, TimeoutError, type WaitOptions } from '@manycore/core';
import { defineInspection, registerHandle, signalOf, timeoutOf } from '@manycore/core/internal';
import { DeadlockError, type SharedBlock } from '@manycore/memory';
import { BlockWords, LivenessThrottle, Mutex, wait, waitSync } from '@manycore/memory/internal';

import { type Guard, HeldGuard, type Holdable } from '../guard.js';
import { blockFor, ExistingBlock, type SyncOptions } from '../options.js';
import { DrainAttempt, mutexWord, RawRWLock, writingWord } from './raw-rwlock.js';
import { rwlockWords } from './reader-slots.js';

/**
 * Many threads may read at once, or one may write. A caller that waits to write goes before those that come
 * later to read. What was written under the lock is seen by every caller that acquires it afterwards.
 *
 * It does not nest: a task that reads must not wait for a second read lock, or for the write lock.
 *
 * When a writer's thread or process exits while it writes, both sides get OwnerDiedError until a caller
 * calls `recover()`. A reader's death does no harm: it counts as gone.
 *
 * @example
 * ```ts
 * import { RWLock } from '@manycore/sync';
 *
 * const lock = new RWLock();
 * const config = { colour: 'red' };
 * const writing = await lock.write();
 * config.colour = 'green';
 * writing.release();
 * const reading = await lock.read();
 * console.log(config.colour); // → green
 * reading.release();
 * ```
 */
export class RWLock {
  readonly #words: BlockWords;
  readonly #mutex: Mutex;
  readonly #raw: RawRWLock;
  readonly #liveness = new LivenessThrottle();
  /** What a reader's guard releases: the read lock at this position; 0: the whole lock. */
  readonly #reading: Holdable = { giveBack: (count) => this.#raw.endReading(count) };
  readonly #writing: Holdable = { giveBack: () => this.#raw.endWriting() };

  constructor(options?: SyncOptions) {
    this.#words = new BlockWords(blockFor(options, rwlockWords));
    this.#mutex = new Mutex(this.#words, mutexWord, 'RWLock', { harmWord: writingWord });
    this.#raw = new RawRWLock(this.#words, this.#mutex);
  }

  /**
   * Waits until no thread writes or waits to write, without blocking the thread. The guard ends the reading.
   *
   * @throws TimeoutError after `timeout` ms, or the signal's reason; OwnerDiedError.
   */
  async read(options?: WaitOptions): Promise<Guard> {
    timeoutOf(options);
    signalOf(options)?.throwIfAborted();
    const count = this.#raw.tryRead();
    if (count !== 0) return this.#readGuard(count);
    if (!this.#mutex.tryLock()) await this.#mutex.acquire(options, false);
    return this.#readGuard(this.#raw.register());
  }

  /**
   * The same, blocking the thread. A thread that reads already need not wait for those that wait to write.
   *
   * @throws DeadlockError when this thread itself writes, and there is no timeout.
   */
  readSync(options?: SyncWaitOptions): Guard {
    const timeout = timeoutOf(options);
    const count = this.#raw.tryRead() || this.#raw.readAgain();
    if (count !== 0) return this.#readGuard(count);
    this.#assertNotWriting(timeout);
    if (!this.#mutex.tryLock()) this.#mutex.acquireSync(options, false);
    return this.#readGuard(this.#raw.register());
  }

  /** Begins to read if no thread writes or waits to write; otherwise undefined. @throws OwnerDiedError. */
  tryRead(): Guard | undefined {
    const count = this.#raw.tryRead() || this.#raw.readAgain();
    if (count !== 0) return this.#readGuard(count);
    return this.#mutex.tryAcquire() ? this.#readGuard(this.#raw.register()) : undefined;
  }

  /**
   * Waits until no thread reads or writes, without blocking the thread. The guard ends the writing.
   *
   * @throws TimeoutError after `timeout` ms, or the signal's reason; OwnerDiedError.
   */
  write(options?: WaitOptions): Promise<Guard> {
    return this.#write(options, false);
  }

  /**
   * The same, blocking the thread.
   *
   * @throws DeadlockError when this thread itself reads or writes, and there is no timeout.
   */
  writeSync(options?: SyncWaitOptions): Guard {
    return this.#writeSync(options, false);
  }

  /** Begins to write if no thread reads or writes; otherwise undefined. @throws OwnerDiedError. */
  tryWrite(): Guard | undefined {
    if (!this.#mutex.tryAcquire()) return undefined;
    if (!this.#raw.slots.busy(this.#liveness.due())) return this.#beginWriting(false);
    this.#mutex.release();
    return undefined;
  }

  /**
   * Takes over as a writer from one that died while it wrote; then `recovered` of the guard is true, and
   * later callers acquire as usual. On a healthy lock it is `write`.
   */
  recover(options?: WaitOptions): Promise<Guard> {
    return this.#write(options, true);
  }

  /** The same, blocking the thread. */
  recoverSync(options?: SyncWaitOptions): Guard {
    return this.#writeSync(options, true);
  }

  async #write(options: WaitOptions | undefined, recovering: boolean): Promise<Guard> {
    const timeout = timeoutOf(options);
    signalOf(options)?.throwIfAborted();
    const deadline = performance.now() + timeout;
    const recovered =
      !recovering && this.#mutex.tryLock() ? false : await this.#mutex.acquire(options, recovering);
    if (!this.#raw.slots.busy(false)) return this.#beginWriting(recovered);
    try {
      const left = Math.max(0, deadline - performance.now());
      if (!(await wait(this.#drain(), this.#words, left, options?.signal))) throw timedOut(timeout);
    } catch (error) {
      this.#raw.giveUpWriting(recovered);
      throw error;
    }
    return this.#beginWriting(recovered);
  }

  #writeSync(options: SyncWaitOptions | undefined, recovering: boolean): Guard {
    const timeout = timeoutOf(options);
    if (timeout === Infinity && this.#raw.slots.own > 0) throw deadlock('reads');
    this.#assertNotWriting(timeout);
    const deadline = performance.now() + timeout;
    const recovered =
      !recovering && this.#mutex.tryLock() ? false : this.#mutex.acquireSync(options, recovering);
    if (!this.#raw.slots.busy(false)) return this.#beginWriting(recovered);
    const left = Math.max(0, deadline - performance.now());
    if (waitSync(this.#drain(), this.#words, left)) return this.#beginWriting(recovered);
    this.#raw.giveUpWriting(recovered);
    throw timedOut(timeout);
  }

  #beginWriting(recovered: boolean): Guard {
    this.#raw.beginWriting();
    return new HeldGuard(this.#writing, 0, recovered);
  }

  #readGuard(count: number): Guard {
    return new HeldGuard(this.#reading, count, false);
  }

  #drain(): DrainAttempt {
    return new DrainAttempt(this.#words, this.#raw.slots, this.#liveness.due());
  }

  #assertNotWriting(timeout: number): void {
    if (timeout === Infinity && this.#mutex.isOwn) throw deadlock('writes');
  }

  static {
    defineInspection(this, (lock) => ({
      readers: lock.#raw.slots.readers,
      writing: lock.#raw.isWritten,
      ownerDied: lock.#mutex.isAbandoned || undefined,
      scope: lock.#words.block.scope,
    }));
    registerHandle(this, {
      name: 'RWLock',
      module: import.meta.url,
      scope: (lock) => lock.#words.block.scope,
      detach: (lock) => lock.#words.block,
      attach: (block: SharedBlock) => new this(new ExistingBlock(block)),
    });
  }
}

function deadlock(what: string): Error {
  return new DeadlockError(
    `this thread already ${what} under this RWLock; blocking would deadlock: ` +
      'release the guard first, wait without blocking, or give a timeout',
  );
}

function timedOut(timeout: number): Error {
  return new TimeoutError(`RWLock was not free to write within ${timeout} ms: other callers still read`);
}

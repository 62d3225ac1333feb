import { type SyncWaitOptions, TimeoutError, type WaitOptions } from '@manycore/core';
import { signalOf, timeoutOf } from '@manycore/core/internal';

import { DeadlockError } from '../errors/deadlock-error.js';
import type { Guard } from '../guard/guard.js';
import { HeldGuard, type Holdable } from '../guard/held-guard.js';
import { OwnedWord } from '../lock/owned-word.js';
import { free } from '../protocol/lock/states.js';
import { blockThread } from '../waiting/block-thread.js';
import { OwnerSuspicion } from '../waiting/owner-suspicion.js';
import type { BlockParty } from '../waiting/party.js';
import { suspend } from '../waiting/suspend.js';
import { Drain, drainWord } from './drain.js';
import { ReaderSlots } from './reader-slots.js';

/*
 * See the README in protocol/rwlock.
 */
const lockWord = 0;
const writingWord = 2;

/** The words of an RWLock. */
export class ReadersWriter {
  readonly party: BlockParty;
  readonly #words: Int32Array;
  readonly #lock: OwnedWord;
  readonly #slots: ReaderSlots;
  readonly #suspicion = new OwnerSuspicion();
  /** What a reader's guard gives back: the read lock at this position; 0: the whole lock. */
  readonly #reading: Holdable = { giveBack: (count) => this.#endReading(count) };
  readonly #writing: Holdable = { giveBack: () => this.#endWriting() };

  constructor(party: BlockParty) {
    this.party = party;
    this.#words = party.words;
    this.#lock = new OwnedWord(party, lockWord, 'RWLock', writingWord);
    this.#slots = new ReaderSlots(party);
  }

  /** What `console.log` shows. */
  get state(): { readers: number; writing: boolean; ownerDied: true | undefined } {
    return {
      readers: this.#slots.readers,
      writing: Atomics.load(this.#words, writingWord) !== 0,
      ownerDied: this.#lock.isAbandoned || undefined,
    };
  }

  async read(options: WaitOptions | undefined): Promise<Guard> {
    timeoutOf(options);
    signalOf(options)?.throwIfAborted();
    const count = this.#beginReading();
    if (count !== 0) return this.#readGuard(count);
    if (!this.#lock.take()) await this.#lock.acquire(options, false);
    return this.#register();
  }

  readSync(options: SyncWaitOptions | undefined): Guard {
    const timeout = timeoutOf(options);
    const count = this.#beginReading() || this.#readOnceMore();
    if (count !== 0) return this.#readGuard(count);
    this.#assertFree(timeout);
    if (!this.#lock.take()) this.#lock.acquireSync(options, false);
    return this.#register();
  }

  tryRead(): Guard | undefined {
    const count = this.#beginReading() || this.#readOnceMore();
    if (count !== 0) return this.#readGuard(count);
    return this.#lock.tryAcquire() ? this.#register() : undefined;
  }

  async write(options: WaitOptions | undefined, recovering: boolean): Promise<Guard> {
    const timeout = timeoutOf(options);
    signalOf(options)?.throwIfAborted();
    const deadline = performance.now() + timeout;
    const recovered =
      !recovering && this.#lock.take() ? false : await this.#lock.acquire(options, recovering);
    if (!this.#slots.busy(false)) return this.#beginWriting(recovered);
    try {
      const left = Math.max(0, deadline - performance.now());
      const ending = await suspend(this.#drain(), this.party, left, options?.signal);
      if (ending === 'timed-out') throw timedOut(timeout);
    } catch (error) {
      this.#giveUpWriting(recovered);
      throw error;
    }
    return this.#beginWriting(recovered);
  }

  writeSync(options: SyncWaitOptions | undefined, recovering: boolean): Guard {
    const timeout = timeoutOf(options);
    if (timeout === Infinity && this.#slots.own > 0) throw deadlock('reads');
    this.#assertFree(timeout);
    const deadline = performance.now() + timeout;
    const recovered =
      !recovering && this.#lock.take() ? false : this.#lock.acquireSync(options, recovering);
    if (!this.#slots.busy(false)) return this.#beginWriting(recovered);
    const left = Math.max(0, deadline - performance.now());
    if (blockThread(this.#drain(), this.party, left) === 'timed-out') {
      this.#giveUpWriting(recovered);
      throw timedOut(timeout);
    }
    return this.#beginWriting(recovered);
  }

  tryWrite(): Guard | undefined {
    if (!this.#lock.tryAcquire()) return undefined;
    if (!this.#slots.busy(this.#suspicion.due())) return this.#beginWriting(false);
    this.#lock.release();
    return undefined;
  }

  /** The fast way: the position of the count that was raised, or 0. */
  #beginReading(): number {
    const count = this.#slots.claim();
    if (count === 0) return 0;
    Atomics.add(this.#words, count, 1);
    if (Atomics.load(this.#words, lockWord) === free) return count;
    this.#endReading(count);
    return 0;
  }

  /** For a thread that reads already: as long as it does, nobody writes. */
  #readOnceMore(): number {
    if (this.#slots.own === 0) return 0;
    const count = this.#slots.claim();
    Atomics.add(this.#words, count, 1);
    return count;
  }

  /** Holding the lock: becomes a reader, and lets the lock go. */
  #register(): Guard {
    const count = this.#slots.reclaim();
    if (count !== 0) {
      Atomics.add(this.#words, count, 1);
      this.#lock.release();
    }
    return this.#readGuard(count);
  }

  #endReading(count: number): void {
    if (count === 0) {
      this.#lock.release();
      return;
    }
    Atomics.sub(this.#words, count, 1);
    if (Atomics.load(this.#words, lockWord) === free) return;
    // Race "both back off": whoever holds the lock may wait for this.
    Atomics.add(this.#words, drainWord, 1);
    this.party.wake(drainWord, 1);
  }

  #beginWriting(recovered: boolean): Guard {
    Atomics.store(this.#words, writingWord, 1);
    return new HeldGuard(this.#writing, 0, recovered);
  }

  #endWriting(): void {
    Atomics.store(this.#words, writingWord, 0);
    this.#lock.release();
  }

  /** A writer leaves before it wrote. What it took over from a dead one stays damaged. */
  #giveUpWriting(recovered: boolean): void {
    if (recovered) this.#lock.abandon();
    else this.#lock.release();
  }

  #readGuard(count: number): Guard {
    return new HeldGuard(this.#reading, count, false);
  }

  #drain(): Drain {
    return new Drain(this.#slots, this.#suspicion.due());
  }

  #assertFree(timeout: number): void {
    if (timeout === Infinity && this.#lock.owner === this.party.self) throw deadlock('writes');
  }
}

function deadlock(what: string): Error {
  return new DeadlockError(
    `this thread itself ${what} under this RWLock; if it blocks, it can never stop: ` +
      'release the guard first, wait without blocking, or give a timeout',
  );
}

function timedOut(timeout: number): Error {
  return new TimeoutError(`RWLock was not free to write within ${timeout} ms: others still read`);
}

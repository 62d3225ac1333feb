import { type SyncWaitOptions, TimeoutError, type WaitOptions } from '@manycore/core';
import { signalOf, timeoutOf } from '@manycore/core/internal';

import { NotHeldError } from '../errors/not-held-error.js';
import { OwnerDiedError } from '../errors/owner-died-error.js';
import { LockAcquire } from '../protocol/lock/lock-acquire.js';
import { LockRelease } from '../protocol/lock/lock-release.js';
import {
  abandonedBy,
  contended,
  free,
  isAbandoned,
  ownerMask,
  reserved,
  starving,
} from '../protocol/lock/states.js';
import { complete, Progress } from '../waiting/attempt.js';
import { blockThread, type Ending } from '../waiting/block-thread.js';
import { OwnerSuspicion } from '../waiting/owner-suspicion.js';
import type { BlockParty } from '../waiting/party.js';
import { suspend } from '../waiting/suspend.js';

/** How often a thread looks again before it sleeps: a wake-up costs as much as thousands of looks. */
const spins = 100;

/** A lock word that one thread at a time owns: what every kind of lock is made of. */
export class OwnedWord {
  readonly party: BlockParty;
  readonly #words: Int32Array;
  readonly #self: number;
  readonly #index: number;
  /** The class that the caller sees, for the texts of errors. */
  readonly #kind: string;
  /** A word that is not 0 when an owner's death does harm; −1: it always does. */
  readonly #harmWord: number;
  readonly #suspicion = new OwnerSuspicion();

  constructor(party: BlockParty, index: number, kind: string, harmWord = -1) {
    this.party = party;
    this.#harmWord = harmWord;
    this.#words = party.words;
    this.#self = party.self;
    this.#index = index;
    this.#kind = kind;
  }

  /** The owner's id; 0 for none, and once the owner's death is known. */
  get owner(): number {
    const seen = Atomics.load(this.#words, this.#index);
    return isAbandoned(seen) ? 0 : seen & ownerMask;
  }

  /** Whether the owner is known to have died. */
  get isAbandoned(): boolean {
    return isAbandoned(Atomics.load(this.#words, this.#index));
  }

  /** Takes the word if it is free and nobody waits: the fast path. */
  take(): boolean {
    return Atomics.compareExchange(this.#words, this.#index, free, this.#self) === free;
  }

  /** Takes the word if nobody owns it, without waiting. */
  tryAcquire(): boolean {
    const seen = Atomics.compareExchange(this.#words, this.#index, free, this.#self);
    if (seen === free) return true;
    if (seen === reserved) {
      const mine = this.#self | contended | starving;
      return Atomics.compareExchange(this.#words, this.#index, reserved, mine) === reserved;
    }
    const ownerDied = isAbandoned(seen) || (this.#suspicion.due() && !this.party.alive(seen & ownerMask));
    if (!ownerDied) return false;
    const attempt = this.#attempt(true, false);
    const ending = blockThread(attempt, this.party, 0);
    if (ending !== 'timed-out') this.#conclude(ending, attempt, 0);
    return ending === Progress.done;
  }

  /**
   * Waits without blocking; resolves to whether the word was taken over from a dead owner. `whole` is the
   * timeout that the caller gave, of which `options` may have the rest.
   */
  async acquire(
    options: WaitOptions | undefined,
    recovering: boolean,
    whole: number = timeoutOf(options),
  ): Promise<boolean> {
    const timeout = timeoutOf(options);
    signalOf(options)?.throwIfAborted();
    if (this.take()) return false;
    const attempt = this.#attempt(this.#suspicion.due(), recovering);
    const ending = await suspend(attempt, this.party, timeout, options?.signal);
    return this.#conclude(ending, attempt, whole);
  }

  /** Blocks the thread; whether the word was taken over from a dead owner. */
  acquireSync(options: SyncWaitOptions | undefined, recovering: boolean): boolean {
    const timeout = timeoutOf(options);
    for (let spin = 0; spin < spins; spin += 1) {
      if (Atomics.load(this.#words, this.#index) === free && this.take()) return false;
    }
    const attempt = this.#attempt(this.#suspicion.due(), recovering);
    return this.#conclude(blockThread(attempt, this.party, timeout), attempt, timeout);
  }

  /** Gives the word back, whoever owns it. */
  release(): void {
    const self = this.#self;
    if (Atomics.compareExchange(this.#words, this.#index, self, free) === self) return;
    const attempt = new LockRelease(this.#index);
    const progress = complete(attempt, this.party);
    if (progress !== Progress.done) throw this.#notHeld(progress);
  }

  /** The owner leaves the word as it took it over: for the next to `recover`. */
  abandon(): void {
    Atomics.store(this.#words, this.#index, abandonedBy(this.#self));
    this.party.wake(this.#index, Infinity);
  }

  #attempt(suspicious: boolean, recovering: boolean): LockAcquire {
    return new LockAcquire(this.#index, suspicious, recovering, this.#harmWord);
  }

  #conclude(ending: Ending, attempt: LockAcquire, timeout: number): boolean {
    if (ending === Progress.done) return attempt.recovered;
    if (ending === 'timed-out') {
      throw new TimeoutError(`${this.#kind} was not free within ${timeout} ms`);
    }
    throw new OwnerDiedError(
      `the owner of this ${this.#kind} died while it held it (owner ${attempt.deceased}): ` +
        'check what it protects, then take it over with recover()',
    );
  }

  #notHeld(progress: Progress): Error {
    const text = `release unlocked lock: this ${this.#kind} `;
    return progress === Progress.abandoned
      ? new NotHeldError(`${text}was left behind by an owner that died; call recover() first`)
      : new NotHeldError(`${text}is not held`);
  }
}

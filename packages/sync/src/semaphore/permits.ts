import { type SyncWaitOptions, TimeoutError, type WaitOptions } from '@manycore/core';
import { signalOf, timeoutOf } from '@manycore/core/internal';
import type { SharedBlock } from '@manycore/memory';

import { NotHeldError } from '../errors/not-held-error.js';
import type { Holdable } from '../guard/held-guard.js';
import { SingleDemand } from '../protocol/semaphore/demand.js';
import { SemaphoreAcquire } from '../protocol/semaphore/semaphore-acquire.js';
import { SemaphoreRelease } from '../protocol/semaphore/semaphore-release.js';
import { boundWord, mostPermits, permitsMask, permitsWord } from '../protocol/semaphore/states.js';
import { complete, Progress } from '../waiting/attempt.js';
import { blockThread } from '../waiting/block-thread.js';
import { countOf } from '../waiting/count-of.js';
import { blockFor, type SyncOptions } from '../waiting/existing-block.js';
import type { BlockParty } from '../waiting/party.js';
import { PermitQueue } from './permit-queue.js';

/** How often a thread looks again before it sleeps. */
const spins = 100;

/** The block of a new semaphore with so many permits. */
export function createPermits(
  permits: number,
  options: SyncOptions | undefined,
  bounded: boolean,
): SharedBlock {
  countOf(permits, 'permits', 0, permitsMask);
  const block = blockFor(options, 3);
  block.words[permitsWord] = permits;
  if (bounded) block.words[boundWord] = permits + 1;
  return block;
}

/** The words of a semaphore: what both kinds are made of. */
export class Permits implements Holdable {
  readonly party: BlockParty;
  readonly #words: Int32Array;
  /** The class that the caller sees, for the texts of errors. */
  readonly #kind: string;
  /** The most permits that there may be. */
  readonly #most: number;
  /** The tasks of this thread that wait. */
  readonly #queue: PermitQueue;

  constructor(party: BlockParty) {
    this.party = party;
    this.#words = party.words;
    this.#queue = new PermitQueue(party);
    this.#kind = party.words[boundWord] === 0 ? 'Semaphore' : 'BoundedSemaphore';
    this.#most = mostPermits(party.words);
  }

  get value(): number {
    return Atomics.load(this.#words, permitsWord) & permitsMask;
  }

  /** The most permits that there may be, where that was said. */
  get bound(): number | undefined {
    return this.#words[boundWord] === 0 ? undefined : this.#most;
  }

  /** Checks how many permits a caller asks for; 1 when it gave nothing, or its options instead. */
  amount(n: unknown): number {
    if (n === 1 || n === undefined || typeof n === 'object') return 1;
    return countOf(n, 'n', 1, this.#most);
  }

  /** Takes `amount` permits if they are there now. */
  take(amount: number): boolean {
    const words = this.#words;
    let seen = Atomics.load(words, permitsWord);
    while ((seen & permitsMask) >= amount) {
      const found = Atomics.compareExchange(words, permitsWord, seen, seen - amount);
      if (found === seen) return true;
      seen = found;
    }
    return false;
  }

  async acquire(amount: number, options: WaitOptions | undefined): Promise<void> {
    const timeout = timeoutOf(options);
    signalOf(options)?.throwIfAborted();
    if (this.take(amount)) return;
    if (timeout === 0) throw this.#timedOut(amount, timeout);
    const ending = await this.#queue.join(amount, timeout, options?.signal);
    if (ending === 'timed-out') throw this.#timedOut(amount, timeout);
  }

  acquireSync(amount: number, options: SyncWaitOptions | undefined): void {
    const timeout = timeoutOf(options);
    for (let spin = 0; spin < spins; spin += 1) {
      if (this.take(amount)) return;
    }
    const attempt = new SemaphoreAcquire(new SingleDemand(amount));
    const ending = blockThread(attempt, this.party, timeout);
    if (ending === 'timed-out') throw this.#timedOut(amount, timeout);
  }

  /** Gives permits back, and wakes those who wait for them. */
  release(amount: number): void {
    const seen = Atomics.load(this.#words, permitsWord);
    // A word that is negative or above the mask has a flag: somebody waits.
    if (seen >= 0 && seen + amount <= this.#most) {
      const found = Atomics.compareExchange(this.#words, permitsWord, seen, seen + amount);
      if (found === seen) return;
    }
    const progress = complete(new SemaphoreRelease(amount), this.party);
    if (progress !== Progress.done) throw this.#tooMany();
  }

  giveBack(amount: number): void {
    this.release(amount);
  }

  #tooMany(): Error {
    return new NotHeldError(
      `${this.#kind} released too many times: it can have ${this.#most} permits at most`,
    );
  }

  #timedOut(amount: number, timeout: number): Error {
    const what = amount === 1 ? 'a permit' : `${amount} permits`;
    return new TimeoutError(`${this.#kind} did not have ${what} within ${timeout} ms`);
  }
}

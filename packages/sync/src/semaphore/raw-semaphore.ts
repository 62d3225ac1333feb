import { type SyncWaitOptions, TimeoutError, type WaitOptions } from '@manycore/core';
import { signalOf, timeoutOf } from '@manycore/core/internal';
import { NotHeldError, type SharedBlock } from '@manycore/memory';
import { BlockWords, waitSync } from '@manycore/memory/internal';

import type { Holdable } from '../guard.js';
import { blockFor, countOf, type SyncOptions } from '../options.js';
import {
  boundWord,
  mostPermits,
  permitsMask,
  permitsWord,
  releasePermits,
  SemaphoreAttempt,
  semaphoreWords,
  SingleDemand,
} from './semaphore-attempt.js';
import { TaskQueue } from './task-queue.js';

/** How often a thread looks again before it sleeps. */
const spins = 100;

/** The block of a new semaphore with so many permits. */
export function createSemaphore(
  permits: number,
  options: SyncOptions | undefined,
  bounded: boolean,
): SharedBlock {
  countOf(permits, 'permits', 0, permitsMask);
  const block = blockFor(options, semaphoreWords);
  block.words[permitsWord] = permits;
  if (bounded) block.words[boundWord] = permits + 1;
  return block;
}

/** A semaphore in a block: what both classes are made of. */
export class RawSemaphore implements Holdable {
  readonly words: BlockWords;
  readonly #memory: Int32Array;
  /** The class that the caller sees, for the texts of errors. */
  readonly #name: string;
  /** The most permits that there may be. */
  readonly #most: number;
  /** The tasks of this thread that wait. */
  readonly #queue: TaskQueue;

  constructor(block: SharedBlock) {
    this.words = new BlockWords(block);
    this.#memory = block.words;
    this.#queue = new TaskQueue(this.words);
    this.#name = this.words.load(boundWord) === 0 ? 'Semaphore' : 'BoundedSemaphore';
    this.#most = mostPermits(this.words);
  }

  get value(): number {
    return Atomics.load(this.#memory, permitsWord) & permitsMask;
  }

  /** The most permits that there may be, where that was said. */
  get bound(): number | undefined {
    return this.words.load(boundWord) === 0 ? undefined : this.#most;
  }

  /** Checks how many permits a caller asks for; 1 when it gave nothing, or its options instead. */
  amount(n: unknown): number {
    if (n === 1 || n === undefined || typeof n === 'object') return 1;
    return countOf(n, 'n', 1, this.#most);
  }

  /** Takes `amount` permits if they are there now. */
  tryAcquire(amount: number): boolean {
    const memory = this.#memory;
    let seen = Atomics.load(memory, permitsWord);
    while ((seen & permitsMask) >= amount) {
      const found = Atomics.compareExchange(memory, permitsWord, seen, seen - amount);
      if (found === seen) return true;
      seen = found;
    }
    return false;
  }

  async acquire(amount: number, options: WaitOptions | undefined): Promise<void> {
    const timeout = timeoutOf(options);
    signalOf(options)?.throwIfAborted();
    if (this.tryAcquire(amount)) return;
    if (timeout === 0) throw this.#timedOut(amount, timeout);
    try {
      await this.#queue.join(amount, options);
    } catch (error) {
      const isTimeout = error instanceof TimeoutError && error !== options?.signal?.reason;
      throw isTimeout ? this.#timedOut(amount, timeout) : error;
    }
  }

  acquireSync(amount: number, options: SyncWaitOptions | undefined): void {
    const timeout = timeoutOf(options);
    for (let spin = 0; spin < spins; spin += 1) {
      if (this.tryAcquire(amount)) return;
    }
    const attempt = new SemaphoreAttempt(this.words, new SingleDemand(amount));
    if (!waitSync(attempt, this.words, timeout)) throw this.#timedOut(amount, timeout);
  }

  /** Gives permits back, and wakes those that wait for them. @throws NotHeldError. */
  release(amount: number): void {
    const seen = Atomics.load(this.#memory, permitsWord);
    // A word that is negative or above the mask has a flag: a thread waits.
    if (seen >= 0 && seen + amount <= this.#most) {
      const found = Atomics.compareExchange(this.#memory, permitsWord, seen, seen + amount);
      if (found === seen) return;
    }
    if (!releasePermits(this.words, amount, this.#most)) throw this.#tooMany();
  }

  giveBack(amount: number): void {
    this.release(amount);
  }

  #tooMany(): Error {
    return new NotHeldError(
      `${this.#name} released too many times: it can have ${this.#most} permits at most`,
    );
  }

  #timedOut(amount: number, timeout: number): Error {
    const what = amount === 1 ? 'a permit' : `${amount} permits`;
    return new TimeoutError(`${this.#name} did not have ${what} within ${timeout} ms`);
  }
}

import { type SyncWaitOptions, TimeoutError, type WaitOptions } from '@manycore/core';
import { signalOf, timeoutOf } from '@manycore/core/internal';

import { NotHeldError, OwnerDiedError } from '../errors.js';
import { wait, waitSync } from '../wait/wait.js';
import type { SharedWords } from '../words.js';
import { LockAttempt, type MutexRules } from './lock-attempt.js';
import {
  abandonedBy,
  contended,
  free,
  isAbandoned,
  isHeld,
  ownerMask,
  RawMutex,
  reserved,
  starving,
} from './raw-mutex.js';

/** How often a thread looks again before it sleeps: a wake-up costs as much as thousands of looks. */
const spins = 100;

/**
 * A robust mutex in a word of shared memory: what every lock of these packages is made of. Threads and processes
 * run the same code. A free mutex goes to the first thread that asks; one that has waited longer than about
 * 4 ms goes before newcomers. When the owner's thread or process ends, acquiring throws OwnerDiedError until
 * a thread recovers the mutex. README.md beside this file has the protocol.
 */
export class Mutex {
  readonly words: SharedWords;
  readonly #memory: Int32Array;
  readonly #self: number;
  readonly #word: number;
  readonly #raw: RawMutex;
  /** What error texts call it. */
  readonly #name: string;
  readonly #rules: MutexRules;
  readonly #liveness = new LivenessThrottle();

  constructor(words: SharedWords, word: number, name: string, rules: MutexRules = {}) {
    this.words = words;
    this.#memory = words.words;
    this.#self = words.self;
    this.#word = word;
    this.#raw = new RawMutex(words, word);
    this.#name = name;
    this.#rules = rules;
  }

  /** The owner's id; 0 for none, and once the owner's death is known. */
  get owner(): number {
    const seen = this.#load();
    return isAbandoned(seen) ? 0 : seen & ownerMask;
  }

  /** Whether the calling thread owns it. */
  get isOwn(): boolean {
    return this.owner === this.#self;
  }

  /** Whether it is held, be it by a dead owner. */
  get locked(): boolean {
    return isHeld(this.#load());
  }

  /** Whether the owner is known to have died. */
  get isAbandoned(): boolean {
    return isAbandoned(this.#load());
  }

  /** Whether the owner is dead. May be a system call. */
  ownerDied(): boolean {
    const seen = this.#load();
    return isHeld(seen) && (isAbandoned(seen) || !this.words.alive(seen & ownerMask));
  }

  /** The fast path: takes the mutex if it is free and no thread waits for it. */
  tryLock(): boolean {
    return Atomics.compareExchange(this.#memory, this.#word, free, this.#self) === free;
  }

  /**
   * Takes the mutex if no thread owns it, without waiting.
   *
   * @throws OwnerDiedError.
   */
  tryAcquire(): boolean {
    const seen = Atomics.compareExchange(this.#memory, this.#word, free, this.#self);
    if (seen === free) return true;
    if (seen === reserved) {
      const mine = this.#self | contended | starving;
      return Atomics.compareExchange(this.#memory, this.#word, reserved, mine) === reserved;
    }
    const ownerDied = isAbandoned(seen) || (this.#liveness.due() && !this.words.alive(seen & ownerMask));
    if (!ownerDied) return false;
    const attempt = this.#attempt(true, false);
    if (!waitSync(attempt, this.words, 0)) return false;
    this.#conclude(attempt);
    return true;
  }

  /**
   * Waits without blocking the thread. Resolves to whether the mutex was taken over from a dead owner.
   * `whole` is the timeout that the caller gave, of which `options` may have the rest. `took` is called once the
   * mutex is taken: other tasks of the thread may run between that and the reaction to the promise.
   *
   * @throws TimeoutError, the signal's reason, OwnerDiedError.
   */
  async acquire(
    options: WaitOptions | undefined,
    recovering: boolean,
    whole: number = timeoutOf(options),
    took?: () => void,
  ): Promise<boolean> {
    const timeout = timeoutOf(options);
    signalOf(options)?.throwIfAborted();
    if (this.tryLock()) {
      took?.();
      return false;
    }
    const attempt = this.#attempt(this.#liveness.due(), recovering, took);
    if (!(await wait(attempt, this.words, timeout, options?.signal))) throw this.#timedOut(whole);
    return this.#conclude(attempt);
  }

  /** The same, blocking the thread. */
  acquireSync(options: SyncWaitOptions | undefined, recovering: boolean): boolean {
    const timeout = timeoutOf(options);
    for (let spin = 0; spin < spins; spin += 1) {
      if (Atomics.load(this.#memory, this.#word) === free && this.tryLock()) return false;
    }
    const attempt = this.#attempt(this.#liveness.due(), recovering);
    if (!waitSync(attempt, this.words, timeout)) throw this.#timedOut(timeout);
    return this.#conclude(attempt);
  }

  /**
   * Releases the mutex, whichever thread owns it.
   *
   * @throws NotHeldError.
   */
  release(): void {
    const self = this.#self;
    if (Atomics.compareExchange(this.#memory, this.#word, self, free) === self) return;
    const outcome = this.#raw.unlock();
    if (outcome !== 'unlocked') throw this.#notHeld(outcome);
  }

  /** The owner leaves the mutex as it took it over: for the next thread to recover. */
  abandon(): void {
    this.words.store(this.#word, abandonedBy(this.#self));
    this.words.notify(this.#word, Infinity);
  }

  #attempt(suspicious: boolean, recovering: boolean, took?: () => void): LockAttempt {
    return new LockAttempt(this.words, this.#word, { ...this.#rules, suspicious, recovering, took });
  }

  #load(): number {
    return Atomics.load(this.#memory, this.#word);
  }

  #conclude(attempt: LockAttempt): boolean {
    if (attempt.deadOwner === 0) return attempt.recovered;
    throw new OwnerDiedError(
      `the owner of this ${this.#name} exited while holding it (owner ${attempt.deadOwner}): ` +
        'verify the state it protects, then take it over with recover()',
    );
  }

  #timedOut(timeout: number): TimeoutError {
    return new TimeoutError(`${this.#name} was not acquired within ${timeout} ms`);
  }

  #notHeld(outcome: 'not-held' | 'abandoned'): NotHeldError {
    const text = `release unlocked lock: this ${this.#name} `;
    return outcome === 'abandoned'
      ? new NotHeldError(`${text}was held by an owner that exited; call recover() first`)
      : new NotHeldError(`${text}is not held`);
  }
}

/** How often an owner's death is looked for without a sleep, in milliseconds. */
const askInterval = 10;

/**
 * Whether to ask again if an owner lives. The question may be a system call: too expensive for each of a
 * million contended acquires, while an owner that died should be noticed at once, not a sleep later.
 */
export class LivenessThrottle {
  #asked = -Infinity;

  due(): boolean {
    const now = performance.now();
    if (now - this.#asked < askInterval) return false;
    this.#asked = now;
    return true;
  }
}

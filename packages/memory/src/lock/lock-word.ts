import { type SyncWaitOptions, TimeoutError, type WaitOptions } from '@manycore/core';
import { onAbort, signalOf, timeoutOf } from '@manycore/core/internal';

import { DeadlockError } from '../errors/deadlock-error.js';
import { NotHeldError } from '../errors/not-held-error.js';
import { OwnerDiedError } from '../errors/owner-died-error.js';
import type { PendingWait } from '../parker.js';
import type { SharedBlock } from '../shared-block.js';

/*
 * The word: 0 free · owner id, held · owner id with the highest bit but one, held and somebody sleeps.
 *
 * | from      | to       | by                                                             |
 * |-----------|----------|----------------------------------------------------------------|
 * | 0         | me       | acquire                                                        |
 * | 0         | me + bit | acquire after a sleep: others may sleep as well                |
 * | them      | them+bit | acquire, before it sleeps on that value                        |
 * | me (+bit) | 0        | release; with the bit, it wakes one sleeper                    |
 * | dead      | me + bit | recover                                                        |
 *
 * Who wakes up looks again: nobody is handed the lock, so a sleeper that dies or leaves loses nothing for
 * the others. A releaser that dies before it wakes anyone is made good by the parker's heartbeat.
 */
const free = 0;
const ownerMask = 2 ** 30 - 1;
const contended = 2 ** 30;

/** How often a sleeper looks after the owner, in milliseconds. */
const ownerCheck = 100;

/** How a lock was taken. */
export type Taken = 'taken' | 'recovered';

/** A word that one thread at a time owns, and one more, of its owner's, which is 0 when it takes the first. */
export class LockWord {
  readonly #block: SharedBlock;
  readonly #index: number;
  /** What errors call it. */
  readonly #name: string;

  constructor(block: SharedBlock, index: number, name: string) {
    this.#block = block;
    this.#index = index;
    this.#name = name;
  }

  /** Whether this thread owns it. */
  get isOwn(): boolean {
    return (this.#load() & ownerMask) === this.#self;
  }

  /** What the owner keeps beside it. Means nothing to others. */
  get ownersWord(): number {
    return this.#block.words[this.#index + 1] ?? 0;
  }

  set ownersWord(value: number) {
    this.#block.words[this.#index + 1] = value;
  }

  get locked(): boolean {
    return this.#load() !== free;
  }

  tryAcquire(): boolean {
    return typeof this.#step(this.#self, true, false) !== 'number';
  }

  acquireSync(options: SyncWaitOptions | undefined, recovering: boolean): Taken {
    const timeout = timeoutOf(options);
    const { parker, words } = this.#block;
    const deadline = performance.now() + timeout;
    let mine = this.#self;
    for (let doubt = recovering; ; ) {
      const seen = this.#step(mine, doubt, recovering);
      if (typeof seen !== 'number') return seen;
      if ((seen & ownerMask) === this.#self) {
        throw new DeadlockError(
          `${this.#name} is held by this very thread: blocking it to wait would never end; use the asynchronous form`,
        );
      }
      const left = deadline - performance.now();
      if (left <= 0 && doubt) throw this.#timeoutError(timeout);
      mine = this.#self | contended;
      doubt =
        left <= 0 ||
        parker.wait(words, this.#index, seen, Math.min(left, ownerCheck)) === 'timed-out';
    }
  }

  async acquire(options: WaitOptions | undefined, recovering: boolean): Promise<Taken> {
    const timeout = timeoutOf(options);
    const signal = signalOf(options);
    signal?.throwIfAborted();
    const { parker, words } = this.#block;
    const deadline = performance.now() + timeout;
    let mine = this.#self;
    for (let doubt = recovering; ; ) {
      const seen = this.#step(mine, doubt, recovering);
      if (typeof seen !== 'number') return seen;
      signal?.throwIfAborted();
      const left = deadline - performance.now();
      if (left <= 0 && doubt) throw this.#timeoutError(timeout);
      mine = this.#self | contended;
      if (left <= 0) {
        doubt = true;
        continue;
      }
      const wait = parker.waitAsync(words, this.#index, seen, Math.min(left, ownerCheck));
      doubt = wait !== 'not-equal' && (await settled(wait, signal)) === 'timed-out';
    }
  }

  release(): void {
    const seen = this.#load();
    if (seen === free) throw new NotHeldError('release unlocked lock');
    if ((seen & ownerMask) !== this.#self) {
      throw new NotHeldError(`${this.#name} is held by another thread, which alone may release it`);
    }
    const { parker, words } = this.#block;
    const last = Atomics.exchange(words, this.#index, free);
    if ((last & contended) !== 0) parker.notify(words, this.#index, 1);
  }

  /**
   * Takes the lock by writing `mine`, or returns the value to sleep on. With `doubt`, asks whether the
   * owner lives: if not, takes the lock over when `recovering`, else throws.
   */
  #step(mine: number, doubt: boolean, recovering: boolean): Taken | number {
    for (;;) {
      const seen = this.#swap(free, mine);
      if (seen === free) {
        this.ownersWord = 0;
        return 'taken';
      }
      if (doubt && !this.#block.owners.alive(seen & ownerMask)) {
        if (!recovering) throw this.#ownerDied();
        if (this.#swap(seen, this.#self | contended) === seen) {
          this.ownersWord = 0;
          return 'recovered';
        }
      } else if ((seen & contended) !== 0 || this.#swap(seen, seen | contended) === seen) {
        return seen | contended;
      }
    }
  }

  get #self(): number {
    return this.#block.owners.self();
  }

  #load(): number {
    return Atomics.load(this.#block.words, this.#index);
  }

  #swap(expected: number, replacement: number): number {
    return Atomics.compareExchange(this.#block.words, this.#index, expected, replacement);
  }

  #timeoutError(timeout: number): TimeoutError {
    return new TimeoutError(`${this.#name} was not acquired within ${timeout} ms`);
  }

  #ownerDied(): OwnerDiedError {
    return new OwnerDiedError(
      `the thread or process that held ${this.#name} ended without releasing it: check what it protects, then take it over with recover()`,
    );
  }
}

/** The end of the wait, or the signal's reason. */
function settled(wait: PendingWait, signal: AbortSignal | undefined): Promise<'ok' | 'timed-out'> {
  if (!signal) return wait.settled;
  return new Promise((resolve, reject) => {
    const unwatch = onAbort(signal, () => {
      wait.cancel();
      reject(signal.reason);
    });
    void wait.settled.then((outcome) => {
      unwatch();
      resolve(outcome);
    });
  });
}

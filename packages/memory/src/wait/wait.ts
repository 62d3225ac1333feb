import { onAbort } from '@manycore/core/internal';

import type { Owners, PendingWait } from '../shared-block.js';
import type { BlockingWords, SharedWords } from '../words.js';
import { type Liveness, monitor, type Monitored } from './monitor.js';

/**
 * A way through a protocol that may have to wait. It is plain code that never blocks: `poll` either comes to
 * an end or names the word to sleep on. `waitSync`, `wait` and the model checker differ only in how they sleep.
 */
export interface Attempt {
  /**
   * Goes as far as possible without waiting. True at the end, whatever came of it; false when the caller has
   * to sleep: then the next four fields say how.
   */
  poll(): boolean;
  /** The word to sleep on. */
  readonly word: number;
  /** Sleep only while the word holds this. */
  readonly expected: number;
  /** Sleep no longer than this, in milliseconds. `Infinity` where every reason to go on comes with a wake-up. */
  readonly limit: number;
  /** The owner whose death ends the sleep; 0 for none. */
  readonly owner: number;
  /** The sleep is over; `timedOut` when its time was, or when the owner died: then look whether it lives. */
  woke(timedOut: boolean): void;
  /** The caller has waited longer than `patience`: the protocol may favour it. */
  waitedLong(): void;
}

/** How often a sleeper checks that the owner it waits for lives, in milliseconds. */
const ownerCheck = 100;

/** How long a caller waits before the protocol favours it, in milliseconds. */
const patience = 4;

/**
 * Follows an attempt to its end; blocks the thread where the attempt has to wait. False when `timeout`
 * milliseconds passed first: then the attempt was polled once more after its last sleep.
 */
export function waitSync(attempt: Attempt, words: BlockingWords, timeout: number): boolean {
  // The clock is read only when there is something to sleep for: many attempts never get there.
  let began: number | undefined;
  while (!attempt.poll()) {
    const now = words.now();
    began ??= now;
    const left = began + timeout - now;
    if (left <= 0) return false;
    let slice = Math.min(left, attempt.limit);
    if (attempt.owner !== 0) slice = Math.min(slice, ownerCheck);
    const outcome = words.wait(attempt.word, attempt.expected, slice);
    attempt.woke(outcome === 'timed-out');
    if (words.now() - began > patience) attempt.waitedLong();
  }
  return true;
}

/**
 * Follows an attempt to its end without blocking the thread. Resolves to false when `timeout` milliseconds
 * passed first: then the attempt was polled once more after its last sleep. Rejects with the signal's
 * reason, or with what the attempt throws. A caller that leaves by timeout or abort leaves nothing behind:
 * the parker passes on a wake-up meant for it.
 */
export function wait(
  attempt: Attempt,
  words: SharedWords,
  timeout: number,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  return new Promise<boolean>((resolve, reject) => {
    if (signal?.aborted) reject(signal.reason);
    else new Wait(attempt, words, timeout, signal, resolve, reject).run();
  });
}

class Wait implements Monitored {
  readonly #attempt: Attempt;
  readonly #words: SharedWords;
  readonly #timeout: number;
  readonly #signal: AbortSignal | undefined;
  readonly #resolve: (finished: boolean) => void;
  readonly #reject: (reason: unknown) => void;
  /** When the first sleep began. */
  #began: number | undefined;
  /** Stops watching the signal. */
  #unwatch: (() => void) | undefined;
  /** The current sleep. */
  #pending: PendingWait | undefined;

  constructor(
    attempt: Attempt,
    words: SharedWords,
    timeout: number,
    signal: AbortSignal | undefined,
    resolve: (finished: boolean) => void,
    reject: (reason: unknown) => void,
  ) {
    this.#attempt = attempt;
    this.#words = words;
    this.#timeout = timeout;
    this.#signal = signal;
    this.#resolve = resolve;
    this.#reject = reject;
  }

  run(): void {
    try {
      const finished = this.#advance();
      if (finished === undefined) return;
      this.#leave();
      this.#resolve(finished);
    } catch (error) {
      this.#leave();
      this.#reject(error);
    }
  }

  /** For the monitor: the sleep ends when the owner is dead. */
  check(liveness: Liveness): void {
    const owners: Owners = this.#words.owners;
    if (this.#attempt.owner === 0 || liveness.alive(owners, this.#attempt.owner)) return;
    this.#pending?.cancel();
    this.#woke(true);
  }

  /** Polls until the attempt ends, or its time is over; undefined when it sleeps. */
  #advance(): boolean | undefined {
    const attempt = this.#attempt;
    for (;;) {
      if (attempt.poll()) return true;
      if (this.#sleep()) return undefined;
      if (this.#left() <= 0) return false;
      attempt.woke(false);
    }
  }

  /** Begins to sleep; false when there is no time left, or no need. */
  #sleep(): boolean {
    const attempt = this.#attempt;
    if (this.#began === undefined) {
      this.#began = this.#words.now();
      const signal = this.#signal;
      if (signal) this.#unwatch = onAbort(signal, () => this.#aborted(signal.reason));
    }
    const left = this.#left();
    if (left <= 0) return false;
    const limit = Math.min(left, attempt.limit);
    const pending = this.#words.waitAsync(attempt.word, attempt.expected, limit);
    if (pending === 'not-equal') return false;
    this.#pending = pending;
    if (attempt.owner !== 0) monitor.add(this, 'owner');
    void pending.settled.then((outcome) => {
      // Cancelled between the wake-up and this reaction: then the wake-up was passed on.
      if (this.#pending === pending) this.#woke(outcome === 'timed-out');
    });
    return true;
  }

  #woke(timedOut: boolean): void {
    monitor.delete(this);
    this.#pending = undefined;
    this.#attempt.woke(timedOut);
    if (this.#words.now() - (this.#began ?? 0) > patience) this.#attempt.waitedLong();
    this.run();
  }

  #left(): number {
    if (this.#timeout === Infinity) return Infinity;
    return (this.#began ?? 0) + this.#timeout - this.#words.now();
  }

  #aborted(reason: unknown): void {
    this.#pending?.cancel();
    this.#pending = undefined;
    this.#leave();
    this.#reject(reason);
  }

  #leave(): void {
    monitor.delete(this);
    this.#unwatch?.();
  }
}

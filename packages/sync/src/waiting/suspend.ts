import { onAbort } from '@manycore/core/internal';
import type { Owners, PendingWait } from '@manycore/memory';

import { Progress, type WaitingAttempt } from './attempt.js';
import { type Ending, patience } from './block-thread.js';
import { ownerWatch, type WatchedOwner } from './owner-watch.js';
import type { BlockParty } from './party.js';

/**
 * Follows an attempt to its end without blocking. Rejects only with the signal's reason. Whoever
 * leaves by timeout or abort leaves nothing behind: the parker passes on a wake-up meant for it.
 */
export function suspend(
  attempt: WaitingAttempt,
  party: BlockParty,
  timeout: number,
  signal: AbortSignal | undefined,
): Promise<Ending> {
  return new Promise<Ending>((resolve, reject) => {
    if (signal?.aborted) {
      reject(signal.reason);
      return;
    }
    new Suspension(attempt, party, timeout, signal, resolve, reject).run();
  });
}

class Suspension implements WatchedOwner {
  readonly #attempt: WaitingAttempt;
  readonly #party: BlockParty;
  readonly #timeout: number;
  readonly #signal: AbortSignal | undefined;
  readonly #resolve: (ending: Ending) => void;
  readonly #reject: (reason: unknown) => void;
  /** When the first sleep began; 0 before. */
  #began = 0;
  /** Takes back that the signal is watched. */
  #unwatch: (() => void) | undefined;
  /** The sleep that goes on now. */
  #pending: PendingWait | undefined;

  constructor(
    attempt: WaitingAttempt,
    party: BlockParty,
    timeout: number,
    signal: AbortSignal | undefined,
    resolve: (ending: Ending) => void,
    reject: (reason: unknown) => void,
  ) {
    this.#attempt = attempt;
    this.#party = party;
    this.#timeout = timeout;
    this.#signal = signal;
    this.#resolve = resolve;
    this.#reject = reject;
  }

  run(): void {
    try {
      const ending = this.#advance();
      if (ending !== undefined) {
        this.#leave();
        this.#resolve(ending);
      }
    } catch (error) {
      this.#leave();
      this.#reject(error);
    }
  }

  get owners(): Owners {
    return this.#party.block.owners;
  }

  get owner(): number {
    return this.#attempt.owner;
  }

  ownerDied(): void {
    this.#pending?.cancel();
    this.#wake(true);
  }

  /** Steps until the attempt ends or sleeps; undefined when it sleeps. */
  #advance(): Ending | undefined {
    const attempt = this.#attempt;
    for (;;) {
      const progress = attempt.step(this.#party);
      if (progress === Progress.again) continue;
      if (progress !== Progress.park) return progress;
      if (this.#sleep()) return undefined;
      if (this.#left() <= 0) return 'timed-out';
      attempt.slept(false);
    }
  }

  /** Begins to sleep; false when there is no time left, or no need. */
  #sleep(): boolean {
    const attempt = this.#attempt;
    if (this.#began === 0) {
      this.#began = performance.now();
      const signal = this.#signal;
      if (signal) this.#unwatch = onAbort(signal, () => this.#aborted(signal.reason));
    }
    const left = this.#left();
    if (left <= 0) return false;
    const { words, block } = this.#party;
    const limit = Math.min(left, attempt.limit);
    const pending = block.parker.waitAsync(words, attempt.index, attempt.expected, limit);
    if (pending === 'not-equal') return false;
    this.#pending = pending;
    if (attempt.owner !== 0) ownerWatch.add(this);
    void pending.settled.then((outcome) => {
      // Given up in the moment between the wake-up and this reaction: then it was passed on.
      if (this.#pending !== pending) return;
      this.#wake(outcome === 'timed-out');
    });
    return true;
  }

  #wake(suspicious: boolean): void {
    ownerWatch.delete(this);
    this.#pending = undefined;
    this.#attempt.slept(suspicious);
    if (performance.now() - this.#began > patience) this.#attempt.hurry();
    this.run();
  }

  #left(): number {
    return this.#timeout === Infinity ? Infinity : this.#began + this.#timeout - performance.now();
  }

  #aborted(reason: unknown): void {
    this.#pending?.cancel();
    this.#pending = undefined;
    this.#leave();
    this.#reject(reason);
  }

  #leave(): void {
    ownerWatch.delete(this);
    this.#unwatch?.();
  }
}

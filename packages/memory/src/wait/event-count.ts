import type { Words } from '../words/words.js';

/**
 * A condition without a lock: waiters prepare, look again, and sleep; notifiers change what is looked at and
 * then notify. One of the two sees the other. The name and the shape are those of Eigen's and folly's
 * EventCount. A notifier pays for a wake-up only when a waiter may sleep.
 *
 * The `waiters` word is 1 while a thread may sleep. Waiters sleep on it, and a notification lowers it to 0; or they
 * sleep on a word that changes anyway, the `epoch`. Then `waiters` stays 1 from the first waiter on: a late
 * notifier that lowered it would take back the announcement of a thread that sleeps on the epoch already.
 */
export class EventCount {
  readonly #words: Words;
  readonly #waiters: number;
  /** The word to sleep on. */
  readonly epoch: number;

  constructor(words: Words, waiters: number, epoch: number = waiters) {
    this.#words = words;
    this.#waiters = waiters;
    this.epoch = epoch;
  }

  /**
   * Announces a waiter. What the epoch must still hold when the sleep begins. The waiter has to look at the
   * condition again between this call and the sleep, and to prepare again after each sleep: the notification
   * that ended it may have taken back the announcements of all waiters.
   */
  prepareWait(): number {
    this.#words.store(this.#waiters, 1);
    return this.epoch === this.#waiters ? 1 : this.#words.load(this.epoch);
  }

  /** After a change: wakes up to `count` waiters if there may be any. */
  notify(count: number): void {
    const words = this.#words;
    if (words.load(this.#waiters) === 0) return;
    if (this.epoch === this.#waiters && words.exchange(this.#waiters, 0) === 0) return;
    words.notify(this.epoch, count);
  }
}

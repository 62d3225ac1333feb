/** A wait that goes on in the background. */
export interface PendingWait {
  /** Settles when woken or when the time is over. Never rejects. */
  readonly settled: Promise<'ok' | 'timed-out'>;
  /**
   * Gives the wait up; `settled` then never settles by itself. Returns true when the wait had been
   * woken already, or swallows a wake-up later: whoever leaves must see to it that the wake-up is
   * passed on (the parker does so where the platform cannot withdraw a waiter; see its README).
   */
  cancel(): boolean;
}

/**
 * Waiting on a 32-bit word that others change. It is a futex: `wait` sleeps only if the word still
 * holds `expected`, and `notify` wakes sleepers. Wake-ups may be spurious: callers loop.
 */
export interface Parker {
  /** Blocks the calling thread while the word holds `expected`, for `timeout` milliseconds at most. */
  wait(
    words: Int32Array,
    index: number,
    expected: number,
    timeout: number,
  ): 'ok' | 'not-equal' | 'timed-out';
  /** The same without blocking. A pending wait keeps the event loop alive. */
  waitAsync(
    words: Int32Array,
    index: number,
    expected: number,
    timeout: number,
  ): PendingWait | 'not-equal';
  /** Wakes up to `count` sleepers of the word; how many were woken. */
  notify(words: Int32Array, index: number, count: number): number;
}

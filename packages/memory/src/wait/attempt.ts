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
export const ownerCheck = 100;

/** How long a caller waits before the protocol favours it, in milliseconds. */
export const patience = 4;

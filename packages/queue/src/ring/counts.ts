/** How many messages are to be finished, and were taken, so far, modulo 2 ** 32. */
export interface Counts {
  readonly due: number;
  readonly takes: number;
}

/** A store whose messages are finished, one by one, after they were taken. */
export interface CountedStore {
  readonly words: Int32Array;
  /** How many messages are to be finished: those that were put, but for those that were dropped. */
  readonly due: number;
  /**
   * Calls `look` with counts that belong together, and says whether they still did at its end; false when
   * that cannot be had now.
   */
  counting(look: (counts: Counts) => void): boolean;
  /** Wakes all who sleep until everything is finished. */
  wakeJoined(): void;
}

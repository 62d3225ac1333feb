/** Positions and lengths in a ring are counted in units of 8 bytes, so that every record can begin with a float64. */
export const unitBytes = 8;

/*
 * The control words of a ring. Each group has a cache line of its own: the producer writes the first, the
 * consumer the second, both the third.
 */

/** Where the next record begins, counted from the beginning of time (modulo 2 ** 32). Stored when it is complete. */
export const tail = 0;
/** Where the first unclaimed record begins: the consumer claims one, the producer recalls all. */
export const claimed = 16;
/** Everything before it was copied out by the consumer. */
export const freed = 17;
/** 1 while the consumer may sleep. It sleeps on this word. */
export const waiters = 32;

export const controlWords = 48;
export const controlBytes: number = controlWords * 4;

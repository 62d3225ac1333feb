/**
 * What an attempt came to. A positive number is the word to sleep on before the next attempt: nothing can
 * be done now.
 */
export const done = 0;
/** The queue is closed: it cannot be done any more. */
export const closed = -1;

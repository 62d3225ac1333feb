/*
 * The words of an ordered store. Those that a ring has as well have the same places: see ring/layout.ts.
 */
export { dropped, headLock as lock, items, joined, parts, space } from '../ring/layout.js';

/** 1 when the store is closed. */
export const closedWord = 33;

/*
 * What follows is derived from the cells, by whoever holds the lock.
 */
/** How many messages there are: so many places of the index are in use. */
export const count = 34;
/** The first free cell, plus 1; 0 when there is none. */
export const firstFree = 35;
export const freeCells = 36;
/** The sequence number of the next message: as many were put so far, modulo 2 ** 32. */
export const nextSequence = 37;

export const orderedHeaderWords = 96;

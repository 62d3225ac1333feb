/*
 * The words of a semaphore. See the README beside this file for states and transitions.
 */

/** The word with the permits that are left, and two flags. */
export const permitsWord = 0;

/** Counts releases that somebody who wants several permits has slept through. */
export const turnWord = 1;

/** One more than a bounded semaphore may hold; 0 when it is not bounded. Never changes. */
export const boundWord = 2;

/** Flag: somebody sleeps, or may sleep, for one permit. */
export const oneWaits: number = 1 << 30;

/** Flag: somebody sleeps, or may sleep, for several permits at once. */
export const severalWait: number = 1 << 31;

/** The part of the word that counts permits; also the most there can be. */
export const permitsMask: number = oneWaits - 1;

/** The most permits that the semaphore in these words may hold. */
export function mostPermits(words: Int32Array): number {
  const bound = words[boundWord] ?? 0;
  return bound === 0 ? permitsMask : bound - 1;
}

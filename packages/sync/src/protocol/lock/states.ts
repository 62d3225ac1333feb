/*
 * The lock word. See the README beside this file for states and transitions.
 */

/** Nobody holds the lock, anyone may take it. */
export const free = 0;

/** With the owner's id: somebody sleeps, or may sleep, until the lock is free. */
export const contended: number = 1 << 30;

/** With an id and `contended`: whoever releases must not let newcomers barge in. See `reserved`. */
export const starving: number = 1 << 31;

/** Free, but kept for those who have been sleeping: a newcomer waits for its turn (for a moment). */
export const reserved: number = 1 << 31;

/** The part of the word that is the owner's id. */
export const ownerMask: number = contended - 1;

/** The word of a lock whose owner died while it held it. */
export function abandonedBy(owner: number): number {
  return owner | starving;
}

/** Whether the word says that the owner died. */
export function isAbandoned(word: number): boolean {
  return word < 0 && (word & contended) === 0 && word !== reserved;
}

/** Whether somebody holds the lock, be it a dead owner. */
export function isHeld(word: number): boolean {
  return word !== free && word !== reserved;
}

/** How long a newcomer steps back for those who have been sleeping, in milliseconds. */
export const courtesy = 1;

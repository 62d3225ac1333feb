/*
 * The mutex word. README.md beside this file has the states and transitions.
 */

/** The mutex is not held, and any thread may take it. */
export const free = 0;

/** With the owner's id: a thread sleeps, or may sleep, until the mutex is free. */
export const contended: number = 1 << 30;

/** With an id and `contended`: the release must not let newcomers barge in. See `reserved`. */
export const starving: number = 1 << 31;

/** Not held, but kept for a thread that has been asleep: a newcomer steps back for a moment. */
export const reserved: number = 1 << 31;

/** The part of the word that is the owner's id. */
export const ownerMask: number = contended - 1;

/** The word of a mutex whose owner died while it held it. */
export function abandonedBy(owner: number): number {
  return owner | starving;
}

/** Whether the word says that the owner died. */
export function isAbandoned(word: number): boolean {
  return word < 0 && (word & contended) === 0 && word !== reserved;
}

/** Whether the mutex is held, be it by a dead owner. */
export function isHeld(word: number): boolean {
  return word !== free && word !== reserved;
}

/** How long a newcomer steps back for those that have been asleep, in milliseconds. */
export const handoffWindow = 1;

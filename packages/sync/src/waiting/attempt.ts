import type { Party } from './party.js';

/** What one step of an attempt led to. */
export const Progress = {
  /** Nothing yet: step again. */
  again: 0,
  /** The attempt has what it wanted. */
  done: 1,
  /** Nothing can be had now: sleep, call `slept`, and step again. */
  park: 2,
  /** The owner died; the attempt holds nothing. */
  abandoned: 3,
  /** What was to be given back is not held. */
  notHeld: 4,
} as const;

export type Progress = (typeof Progress)[keyof typeof Progress];

/**
 * A way through a protocol, one atomic action a step, so that the model checker can put any other
 * party's action between two of ours. All fields are numbers and booleans: they are the state.
 */
export interface Attempt {
  /** Does the next atomic action. */
  step(party: Party): Progress;
}

/** An attempt that may have to wait. The next four fields are valid once `step` has returned `park`. */
export interface WaitingAttempt extends Attempt {
  /** The word to sleep on. */
  readonly index: number;
  /** Sleep only while the word holds this. */
  readonly expected: number;
  /** Sleep no longer than this, in milliseconds: `Infinity`, or the time that a courtesy lasts. */
  readonly limit: number;
  /** Whose death ends the sleep; 0 for nobody's. */
  readonly owner: number;
  /** The sleep is over; `suspicious` when it ended by itself: then the owner should be looked after. */
  slept(suspicious: boolean): void;
  /** This party has waited for long: the protocol may favour it. */
  hurry(): void;
}

/** Steps an attempt that never waits to its end. */
export function complete(attempt: Attempt, party: Party): Progress {
  for (;;) {
    const progress = attempt.step(party);
    if (progress !== Progress.again) return progress;
  }
}

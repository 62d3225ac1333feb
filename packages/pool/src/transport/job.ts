import type { TargetRef } from '@manycore/core';

/**
 * What a worker does with the values of a job:
 * - `call`: one call; the values are its arguments
 * - `map`, `starmap`: a call for each value; the first error is the job's
 * - `each`, `stareach`: a call for each value; each has its own outcome
 */
export type Shape = 'call' | 'map' | 'starmap' | 'each' | 'stareach';

/** One piece of work for one worker, as the transport sees it. */
export interface Job {
  readonly target: TargetRef;
  readonly shape: Shape;
  /** Asked for when the job is sent, which may be more than once. */
  readonly values: readonly unknown[];
  /** What the values are called in error messages: `args`, or `items` of which the first is number `offset`. */
  readonly root: 'args' | 'items';
  readonly offset: number;
}

/** The outcome of one value of a job of the shapes `each` and `stareach`. */
export type ItemOutcome = readonly [ok: boolean, value: unknown];

/** What a worker says of a job. */
export interface Answer {
  readonly ok: boolean;
  /** The result, or what was thrown. */
  readonly value: unknown;
  /** How long the worker was at it, in milliseconds. */
  readonly ran: number;
}

import type { TargetRef } from '@manycore/core/internal';

/**
 * What a worker does with the values of a job:
 * - `call`: one call; the values are its arguments
 * - `map`, `starmap`: a call for each value, one after the other, until the first error
 */
export type Shape = 'call' | 'map' | 'starmap';

/** One piece of work for one worker, as the transport sees it. */
export interface Job {
  readonly target: TargetRef;
  readonly shape: Shape;
  /** Asked for when the job is sent, which may be more than once. */
  readonly values: readonly unknown[];
  /** What the values are called in error messages: `args`, or `items` of which the first is number `offset`. */
  readonly root: 'args' | 'items';
  readonly offset: number;
  /** Whether an error of one value leaves the others to be called, and what became of each is wanted. */
  readonly wantsPartial: boolean;
}

/** What became of the values of a job. */
export interface ItemResults {
  /** As many as the job had; undefined where there is an error. */
  readonly values: readonly unknown[];
  /** The errors, by index. */
  readonly errors: readonly (readonly [index: number, error: unknown])[];
}

/** What a worker says of a job. */
export interface Answer {
  readonly ok: boolean;
  /** The result, or what was thrown. */
  readonly value: unknown;
  /** What became of each value, where that is wanted and something failed. */
  readonly partial?: ItemResults | undefined;
  /** How long the worker was at it, in milliseconds. */
  readonly ran: number;
}

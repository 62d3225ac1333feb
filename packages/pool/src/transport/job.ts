import type { TargetRef } from '@manycore/core';

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
  /** Whether the results of the calls before the first error are wanted. */
  readonly wantsPartial: boolean;
}

/** What a worker says of a job. */
export interface Answer {
  readonly ok: boolean;
  /** The result, or what was thrown. */
  readonly value: unknown;
  /** The results before the error, where they are wanted. */
  readonly partial?: readonly unknown[] | undefined;
  /** How long the worker was at it, in milliseconds. */
  readonly ran: number;
}

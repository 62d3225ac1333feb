import type { Action, ModelWords, Result, Shared } from './model-words.js';

/**
 * One operation of a party; it returns what it has achieved. It must depend on nothing but the results of
 * what it does to the memory: it is run again from its beginning for each of its steps.
 */
export type Operation<M extends ModelWords = ModelWords> = (memory: M) => string;

/** What a party does, one operation after the other. */
export type Program<M extends ModelWords = ModelWords> = readonly Operation<M>[];

export interface Party<M extends ModelWords = ModelWords> {
  readonly program: Program<M>;
  /** May be killed at any instant. */
  readonly mortal?: boolean;
  /** How many of its sleeps may time out although the others could go on; only those with a time limit do. */
  readonly timeouts?: number;
  /** How many of its sleeps may be aborted. */
  readonly aborts?: number;
}

export interface Scenario<M extends ModelWords = ModelWords> {
  /** The memory as party `self` sees it, every step of which is for `act` to decide. */
  readonly memory: (self: number, act: (action: Action) => Result) => M;
  readonly shared: Shared;
  readonly parties: readonly Party<M>[];
  /**
   * How often a party may be interrupted where it could have gone on; any number when absent. What goes
   * wrong in a protocol mostly does so with two or three interruptions.
   */
  readonly interruptions?: number;
  /** How many of the mortal parties may be killed in one run. */
  readonly deaths?: number;
  /** Looks at a state in which no party can do anything any more: throws if it is wrong. */
  readonly judge: (end: End) => void;
  /** Looks at every state: throws if it is wrong. */
  readonly invariant?: (moment: End) => void;
  /** Whether only the holder of a lock does this, on what no other party looks at. */
  readonly isPrivate?: (action: Action) => boolean;
  /** Actions that the world swallows: for tests of the checker itself. */
  readonly sabotage?: (action: Action, party: number) => boolean;
  /** What such an action seems to come to; 0 when absent. */
  readonly sabotaged?: (action: Action) => number;
}

/** `running`: it could go on; only `invariant` sees that. */
export type Fate = 'finished' | 'asleep' | 'dead' | 'running';

/** How a run ended, or where it stands. */
export interface End {
  readonly shared: Shared;
  readonly fates: readonly Fate[];
  readonly logs: readonly (readonly string[])[];
}

import type { Attempt } from '../../src/waiting/attempt.js';

export type Ending = 'done' | 'timed-out' | 'aborted' | 'abandoned' | 'not-held';

/** One call that a party makes. */
export interface Call {
  readonly name: string;
  begin(self: number, locals: Locals): Attempt;
  /** It may give up: by the clock, as a blocked thread does, or by a signal, as a task does. */
  readonly mayLeave?: 'timeout' | 'abort' | undefined;
  /** What follows: changes `locals`, and says which call is next; undefined for none. */
  ended(ending: Ending, locals: Locals, attempt: Attempt, world: Facts): number | undefined;
}

/** What a party remembers between its calls. */
export type Locals = Record<string, number>;

/** What is true of the world besides its words; the tests use it for their invariants. */
export type Facts = Record<string, number>;

export type Status = 'stepping' | 'parking' | 'asleep' | 'woken' | 'withdrawing' | 'leaving' | 'finished' | 'dead';

export interface Player {
  status: Status;
  call: number | undefined;
  attempt: Attempt | undefined;
  /** How it leaves as soon as it cannot go on: it looks once more first. */
  last: Ending | undefined;
  locals: Locals;
}

/** A sleeper of a word; one whom nobody follows any more still swallows a wake-up. */
export interface Sleeper {
  player: number;
  index: number;
  gone: boolean;
}

export interface WorldState {
  words: Int32Array;
  queue: Sleeper[];
  players: Player[];
  facts: Facts;
  deaths: number;
}

export interface Setting {
  readonly words: number;
  prepare?(words: Int32Array): void;
  readonly scripts: readonly (readonly Call[])[];
  /** How many may die, at any moment. */
  readonly deaths?: number;
  /** Players that do not die. */
  readonly immortal?: readonly number[];
  /** Whether a player that is not immortal may die now; at any time unless told. */
  mortal?(locals: Locals): boolean;
  /** Sleepers may become impatient, whenever that is. */
  readonly hurry?: boolean;
  /** Wakes any sleeper of the word instead of the one who has slept longest. */
  readonly anyOrder?: boolean;
  readonly facts?: Facts;
  fault?(state: WorldState): string | undefined;
  /** Called when a player dies, with its locals. */
  died?(locals: Locals, facts: Facts): void;
  /** What must hold once everybody has finished. */
  atEnd?(state: WorldState): string | undefined;
}

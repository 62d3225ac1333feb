import type { Entry } from '../catalogue/catalogue.js';
import type { Outcome } from './run-example.js';
import type { Verdict } from './verdict.js';

/** A run of an example, and whether it was as it should be. */
export interface Attempt {
  readonly outcome: Outcome;
  readonly verdict: Verdict;
}

/** All runs of an example, one after the other. */
export interface Result {
  readonly entry: Entry;
  readonly attempts: readonly Attempt[];
  /** The run to look at: the first that failed, or the last. */
  readonly shown: Attempt;
  readonly passed: boolean;
}

/** An example that cannot run on this machine. */
export interface Skip {
  readonly entry: Entry;
  readonly reason: string;
}

export function isSkip(each: Result | Skip): each is Skip {
  return 'reason' in each;
}

/** Those that were run. */
export function ranOf(all: readonly (Result | Skip)[]): Result[] {
  return all.flatMap((each) => (isSkip(each) ? [] : [each]));
}

export function resultOf(entry: Entry, attempts: readonly Attempt[]): Result {
  const failed = attempts.find(({ verdict }) => !verdict.passed);
  const shown = failed ?? attempts.at(-1);
  if (!shown) throw new RangeError(`example ${entry.number} was not run`);
  return { entry, attempts, shown, passed: failed === undefined };
}

/** What is true of all results of a session. */
export interface Session {
  readonly node: string;
  readonly platform: string;
  readonly cpus: number;
  /** The length of a demo second in seconds. */
  readonly scale: number;
  readonly began: Date;
  /** Milliseconds. */
  readonly duration: number;
  /** How many examples were to run. */
  readonly planned: number;
}

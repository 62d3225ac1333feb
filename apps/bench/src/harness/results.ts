import type { Role } from './comparison.js';

/** What `results.json` holds: everything that one run measured. */
export interface Results {
  readonly machine: Machine;
  readonly quick: boolean;
  /** The checkout whose packages were measured beside ours, if any. */
  readonly against?: string;
  readonly programs: readonly ProgramResult[];
}

export interface Machine {
  readonly date: string;
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGiB: number;
  readonly platform: string;
  readonly node: string;
  readonly python: string | null;
  /** Runnable tasks, averaged over a minute, when the run began and when it ended. */
  readonly loadBefore: number;
  readonly loadAfter: number;
  /** The peers' versions, by their names. */
  readonly peers: Readonly<Record<string, string>>;
}

export interface ProgramResult {
  readonly name: string;
  readonly suite: string;
  readonly description: string;
  readonly comparisons: readonly ComparisonResult[];
}

export interface ComparisonResult {
  readonly id: string;
  readonly title: string;
  readonly unit: string;
  readonly better: 'more' | 'less';
  readonly rounds: number;
  readonly reference?: string;
  readonly bestPeer?: string;
  readonly rows: readonly Row[];
  readonly missing: readonly Missing[];
  readonly targets: readonly TargetResult[];
}

/** The figures of one contender, and what follows from them. */
export interface Row {
  readonly name: string;
  readonly role: Role;
  readonly figures: readonly number[];
  readonly median: number;
  /** The interquartile range in percent of the median. */
  readonly spread: number;
  /** To the best peer; only of our rows. */
  readonly ratio?: number;
  readonly ratioToReference?: number;
  /** The same contender with the packages of the other checkout. */
  readonly against?: {
    readonly figures: readonly number[];
    readonly median: number;
    /** The median of the ratios of each round. */
    readonly ratio: number;
  };
}

/** A contender without figures. */
export interface Missing {
  readonly name: string;
  readonly role: Role;
  /** It failed; else it is not to be had on this machine. */
  readonly failed: boolean;
  readonly reason: string;
}

export interface TargetResult {
  readonly text: string;
  /** The ratio, or the figure, that was reached; missing if it was not measured. */
  readonly reached?: number;
  readonly holds?: boolean;
}

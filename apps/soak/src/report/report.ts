import type { Checkpoint } from '../monitor/checkpoint.js';
import type { Growth } from '../monitor/growth.js';
import type { Failure } from '../run/runner.js';

/** What a soak found. Times are seconds, memory is bytes. */
export interface Report {
  readonly verdict: 'ok' | 'failed';
  /** It was ended by SIGINT or SIGTERM, before its time. */
  readonly interrupted: boolean;
  readonly seed: number;
  readonly node: string;
  readonly seconds: number;
  readonly runs: number;
  /** By scenario: its runs, and the longest. */
  readonly scenarios: Readonly<Record<string, { readonly runs: number; readonly longest: number }>>;
  /** By kind. */
  readonly operations: Readonly<Record<string, number>>;
  readonly checkpoints: readonly Checkpoint[];
  readonly growth: readonly Growth[];
  readonly failures: readonly Failure[];
}

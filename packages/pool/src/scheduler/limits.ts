/** What the scheduler keeps to. Times are milliseconds. */
export interface Limits {
  /** Workers that are started ahead and kept. */
  readonly min: number;
  /** Workers at most. */
  readonly max: number;
  /** How long a worker above `min` may be idle. `Infinity`: what was started stays. */
  readonly idleTimeout: number;
  /** How many tasks a worker runs before it is replaced. */
  readonly maxTasksPerWorker: number;
  /** How long a worker may take to be ready. */
  readonly startTimeout: number;
  /** How long a worker may take to let go of an aborted task. */
  readonly abortGrace: number;
  /** How long a worker may take to leave when asked. */
  readonly retireGrace: number;
  /** Whether the transport says when a task begins. If not, a window is 1 and what is sent has begun. */
  readonly reportsStarts: boolean;
}

export const defaultLimits: Limits = {
  min: 0,
  max: 1,
  idleTimeout: Infinity,
  maxTasksPerWorker: Infinity,
  startTimeout: 60_000,
  abortGrace: 200,
  retireGrace: 2000,
  reportsStarts: false,
};

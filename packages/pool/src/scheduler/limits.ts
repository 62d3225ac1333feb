/** The scheduler's limits. Times are milliseconds. */
export interface Limits {
  /** Workers that are started ahead and kept. */
  readonly min: number;
  /** Workers at most. */
  readonly max: number;
  /** How long a worker above `min` may be idle. `Infinity`: what was started stays. */
  readonly idleTimeout: number;
  /** How many tasks a worker runs at a time. Above 1 the transport does not report starts. */
  readonly concurrency: number;
  /** How many tasks a worker runs before it is replaced. */
  readonly maxTasksPerWorker: number;
  /** How long a worker may take to be ready. */
  readonly startTimeout: number;
  /** How long a worker may take to let go of an aborted task. */
  readonly abortGrace: number;
  /** How long a worker may take to exit when asked. */
  readonly retireGrace: number;
  /** Whether the transport reports when a task begins. If not, a task begins when it is sent. */
  readonly reportsStarts: boolean;
}

/** How a call that outlives its client is to be run. */
export interface EnqueueOptions {
  /** Calls of higher priority go first. Whole numbers between −1,000,000 and 1,000,000; default 0. */
  readonly priority?: number | undefined;
  /** How often it may be started again after it failed or lost its host. Default 0. */
  readonly retries?: number | undefined;
  /** How long (ms) its result is kept after its end. Default: a day. */
  readonly keep?: number | undefined;
  /** A call with the same key is not added a second time, as long as the first one waits, runs or is kept. */
  readonly idempotencyKey?: string | undefined;
}

import { CancelledError } from './cancelled-error.js';

/** What this thread's pools made. What a function throws in a worker may be of the same class. */
const made = new WeakSet<object>();

/** The error of a call that was cancelled, by `cancel()` or by `close({ cancelPending: true })`. */
export function cancellation(name: string): CancelledError {
  const error = new CancelledError(`\`${name}\` was cancelled before it ran`);
  made.add(error);
  return error;
}

/** Whether a call that rejected with this was cancelled. */
export function isCancellation(error: unknown): boolean {
  return error instanceof CancelledError && made.has(error);
}

import { ManycoreError, registerError } from '@manycore/core';
import { functionLabel } from '@manycore/core/internal';

/** The workers of a pool cannot be started: they repeatedly die, fail or hang while they start. `cause` says how. */
export class BrokenPoolError extends ManycoreError {
  constructor(message: string, options?: ErrorOptions) {
    super('MANYCORE_BROKEN_POOL', message, options);
  }

  static {
    registerError(this, 'BrokenPoolError');
  }
}

/** A pool was given work after it was closed or terminated. */
export class PoolClosedError extends ManycoreError {
  constructor(message: string, options?: ErrorOptions) {
    super('MANYCORE_POOL_CLOSED', message, options);
  }

  static {
    registerError(this, 'PoolClosedError');
  }
}

/** As many tasks wait as the `maxQueue` of the pool allows. */
export class PoolFullError extends ManycoreError {
  constructor(message: string, options?: ErrorOptions) {
    super('MANYCORE_POOL_FULL', message, options);
  }

  static {
    registerError(this, 'PoolFullError');
  }
}

/** A task was ended because its pool was terminated. */
export class PoolTerminatedError extends ManycoreError {
  constructor(message: string, options?: ErrorOptions) {
    super('MANYCORE_POOL_TERMINATED', message, options);
  }

  static {
    registerError(this, 'PoolTerminatedError');
  }
}

/** The pool or the result is not in a state that allows this operation. */
export class InvalidStateError extends ManycoreError {
  constructor(message: string, options?: ErrorOptions) {
    super('MANYCORE_INVALID_STATE', message, options);
  }

  static {
    registerError(this, 'InvalidStateError');
  }
}

/** A call was cancelled before it ran: by `future.cancel()`, or by `pool.close({ cancelPending: true })`. */
export class CancelledError extends ManycoreError {
  constructor(message: string, options?: ErrorOptions) {
    super('MANYCORE_CANCELLED', message, options);
  }

  static {
    registerError(this, 'CancelledError');
  }
}

/**
 * A callback (`callback`, `errorCallback`, `onProgress`, `addDoneCallback`) threw, or its promise rejected.
 * Emitted as a warning of the process, and thrown nowhere: nothing of the pool depends on it. `cause` is
 * what was thrown.
 */
export class CallbackError extends ManycoreError {
  constructor(message: string, options?: ErrorOptions) {
    super('MANYCORE_CALLBACK', message, options);
  }

  static {
    registerError(this, 'CallbackError');
  }
}

/** What this thread's pools made. What a function throws in a worker may be of the same class. */
const cancellations = new WeakSet<object>();

/** The error of a call that was cancelled, by `cancel()` or by `close({ cancelPending: true })`. */
export function cancellation(name: string): CancelledError {
  const error = new CancelledError(`${functionLabel(name)} was cancelled before it ran`);
  cancellations.add(error);
  return error;
}

/** Whether a call that rejected with this was cancelled. */
export function isCancellation(error: unknown): boolean {
  return error instanceof CancelledError && cancellations.has(error);
}

/** The text of anything that was thrown. Never throws, whatever its getters do. */
export function describeError(error: unknown): string {
  try {
    return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  } catch {
    return `a thrown ${typeof error} that cannot be read`;
  }
}

import { ManycoreError, registerError } from '@manycore/core';

/** A call was cancelled before it ran: by `future.cancel()`, or by `pool.close({ cancelPending: true })`. */
export class CancelledError extends ManycoreError {
  constructor(message: string, options?: ErrorOptions) {
    super('MANYCORE_CANCELLED', message, options);
  }

  static {
    registerError(this, 'CancelledError');
  }
}

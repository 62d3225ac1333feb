import { ManycoreError, registerError } from '@manycore/core';

/** A future was cancelled before it ran. */
export class CancelledError extends ManycoreError {
  constructor(message: string, options?: ErrorOptions) {
    super('MANYCORE_CANCELLED', message, options);
  }

  static {
    registerError(this, 'CancelledError');
  }
}

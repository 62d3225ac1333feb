import { ManycoreError, registerError } from '@manycore/core';

/** Something was given back, or used, that the caller does not hold. */
export class NotHeldError extends ManycoreError {
  constructor(message: string, options?: ErrorOptions) {
    super('MANYCORE_NOT_HELD', message, options);
  }

  static {
    registerError(this, 'NotHeldError');
  }
}

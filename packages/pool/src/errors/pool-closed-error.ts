import { ManycoreError, registerError } from '@manycore/core';

/** A pool was given work after it was closed or terminated. */
export class PoolClosedError extends ManycoreError {
  constructor(message: string, options?: ErrorOptions) {
    super('MANYCORE_POOL_CLOSED', message, options);
  }

  static {
    registerError(this, 'PoolClosedError');
  }
}

import { ManycoreError, registerError } from '@manycore/core';

/** A task was ended because its pool was terminated. */
export class PoolTerminatedError extends ManycoreError {
  constructor(message: string, options?: ErrorOptions) {
    super('MANYCORE_POOL_TERMINATED', message, options);
  }

  static {
    registerError(this, 'PoolTerminatedError');
  }
}

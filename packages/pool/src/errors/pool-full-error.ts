import { ManycoreError, registerError } from '@manycore/core';

/** As many tasks wait as the `maxQueue` of the pool allows. */
export class PoolFullError extends ManycoreError {
  constructor(message: string, options?: ErrorOptions) {
    super('MANYCORE_POOL_FULL', message, options);
  }

  static {
    registerError(this, 'PoolFullError');
  }
}

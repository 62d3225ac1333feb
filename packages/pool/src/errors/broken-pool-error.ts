import { ManycoreError, registerError } from '@manycore/core';

/** The workers of a pool cannot be started: they die, fail or hang while they start, again and again. `cause` says how. */
export class BrokenPoolError extends ManycoreError {
  constructor(message: string, options?: ErrorOptions) {
    super('MANYCORE_BROKEN_POOL', message, options);
  }

  static {
    registerError(this, 'BrokenPoolError');
  }
}

import { ManycoreError, registerError } from './manycore-error.js';

/** The function to run cannot be found by a worker: it is a closure, not exported, not a plain function, or its module cannot be loaded. */
export class TargetNotFoundError extends ManycoreError {
  constructor(message: string, options?: ErrorOptions) {
    super('MANYCORE_TARGET_NOT_FOUND', message, options);
  }

  static {
    registerError(this, 'TargetNotFoundError');
  }
}

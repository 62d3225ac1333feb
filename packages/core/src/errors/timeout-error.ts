import { ManycoreError, registerError } from './manycore-error.js';

/** A wait was given up because its `timeout` passed. Nothing is held, and nothing was lost by it. */
export class TimeoutError extends ManycoreError {
  constructor(message: string, options?: ErrorOptions) {
    super('MANYCORE_TIMEOUT', message, options);
  }

  static {
    registerError(this, 'TimeoutError');
  }
}

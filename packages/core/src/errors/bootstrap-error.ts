import { ManycoreError, registerError } from './manycore-error.js';

/** A worker tried to start workers while it was loading its module, which would recurse forever. */
export class BootstrapError extends ManycoreError {
  constructor(message: string, options?: ErrorOptions) {
    super('MANYCORE_BOOTSTRAP', message, options);
  }

  static {
    registerError(this, 'BootstrapError');
  }
}

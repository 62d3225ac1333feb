import { ManycoreError, registerError } from './manycore-error.js';

/** A worker, while it loads its module, was about to start workers of its own: the guard against an endless chain of processes. */
export class BootstrapError extends ManycoreError {
  constructor(message: string, options?: ErrorOptions) {
    super('MANYCORE_BOOTSTRAP', message, options);
  }

  static {
    registerError(this, 'BootstrapError');
  }
}

import { ManycoreError, registerError } from '@manycore/core';

/** The call would block its thread until that same thread does something: it would never end. */
export class DeadlockError extends ManycoreError {
  constructor(message: string, options?: ErrorOptions) {
    super('MANYCORE_DEADLOCK', message, options);
  }

  static {
    registerError(this, 'DeadlockError');
  }
}

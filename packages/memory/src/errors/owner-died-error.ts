import { ManycoreError, registerError } from '@manycore/core';

/**
 * The thread or process that held the lock ended without releasing it. What the lock protects may be
 * half changed. Nothing is held; every further acquire throws this too, until a caller calls `recover()`.
 */
export class OwnerDiedError extends ManycoreError {
  constructor(message: string, options?: ErrorOptions) {
    super('MANYCORE_OWNER_DIED', message, options);
  }

  static {
    registerError(this, 'OwnerDiedError');
  }
}

import { ManycoreError, registerError } from '@manycore/core';

/** Something was asked of a pool or a result that it cannot do in its present state. */
export class InvalidStateError extends ManycoreError {
  constructor(message: string, options?: ErrorOptions) {
    super('MANYCORE_INVALID_STATE', message, options);
  }

  static {
    registerError(this, 'InvalidStateError');
  }
}

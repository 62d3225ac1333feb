import { ManycoreError, registerError } from '@manycore/core';

/**
 * A connection is closed, at this end or at the other; also when all threads and processes that had the
 * other end are gone. (Python's EOFError and BrokenPipeError.)
 */
export class ConnectionClosedError extends ManycoreError {
  constructor(message: string, options?: ErrorOptions) {
    super('MANYCORE_CONNECTION_CLOSED', message, options);
  }

  static {
    registerError(this, 'ConnectionClosedError');
  }
}

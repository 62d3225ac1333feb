import { ManycoreError, registerError } from '@manycore/core';

/** The queue is closed: nothing can be put any more, and everything that was put has been taken. */
export class QueueClosedError extends ManycoreError {
  constructor(message: string, options?: ErrorOptions) {
    super('MANYCORE_QUEUE_CLOSED', message, options);
  }

  static {
    registerError(this, 'QueueClosedError');
  }
}

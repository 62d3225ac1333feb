import { ManycoreError, registerError } from '@manycore/core';

/**
 * A function that a caller gave to a pool to be told of something (`callback`, `errorCallback`,
 * `onProgress`, `addDoneCallback`) threw, or its promise rejected. Emitted as a warning of the process, and
 * thrown nowhere: nothing of the pool depends on it. `cause` is what was thrown.
 */
export class CallbackError extends ManycoreError {
  constructor(message: string, options?: ErrorOptions) {
    super('MANYCORE_CALLBACK', message, options);
  }

  static {
    registerError(this, 'CallbackError');
  }
}

import { ManycoreError, registerError } from './manycore-error.js';

/**
 * A thread or process sent a message that does not follow manycore's protocol: code that runs there used
 * manycore's channel, or another version of manycore did.
 */
export class ProtocolError extends ManycoreError {
  constructor(message: string, options?: ErrorOptions) {
    super('MANYCORE_PROTOCOL', message, options);
  }

  static {
    registerError(this, 'ProtocolError');
  }
}

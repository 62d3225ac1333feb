import { ManycoreError, registerError } from '@manycore/core';

/** The encoded arguments or the encoded result of a call are larger than `maxPayload`. */
export class PayloadTooLargeError extends ManycoreError {
  constructor(message: string, options?: ErrorOptions) {
    super('MANYCORE_PAYLOAD_TOO_LARGE', message, options);
  }

  static {
    registerError(this, 'PayloadTooLargeError');
  }
}

/**
 * Redis does not know a call any more, and no worker has answered it: Redis lost data. Whether the call was
 * run is not known. A call with `retries` is sent again instead, as often as it may be.
 */
export class CallLostError extends ManycoreError {
  constructor(message: string, options?: ErrorOptions) {
    super('MANYCORE_CALL_LOST', message, options);
  }

  static {
    registerError(this, 'CallLostError');
  }
}

/** Redis does not accept the user or the password of a connection, or its certificate is not trusted. */
export class RedisRefusedError extends ManycoreError {
  constructor(message: string, options?: ErrorOptions) {
    super('MANYCORE_REDIS_REFUSED', message, options);
  }

  static {
    registerError(this, 'RedisRefusedError');
  }
}

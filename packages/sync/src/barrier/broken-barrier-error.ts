import { ManycoreError, registerError } from '@manycore/core';

/**
 * The barrier was broken while the caller waited for it, or before: a party left by timeout or abort,
 * the action failed, or a caller called `abort()` or `reset()`. `reset()` makes it usable again. For the
 * party whose time was over, `cause` is a TimeoutError.
 */
export class BrokenBarrierError extends ManycoreError {
  constructor(message: string, options?: ErrorOptions) {
    super('MANYCORE_BROKEN_BARRIER', message, options);
  }

  static {
    registerError(this, 'BrokenBarrierError');
  }
}

import { ManycoreError, registerError } from './manycore-error.js';

/** A value cannot be sent to another thread or process; the message names its path, such as `args[0].items[3].onClick`. */
export class NotCloneableError extends ManycoreError {
  constructor(message: string, options?: ErrorOptions) {
    super('MANYCORE_NOT_CLONEABLE', message, options);
  }

  static {
    registerError(this, 'NotCloneableError');
  }
}

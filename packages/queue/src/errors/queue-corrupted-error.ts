import { ManycoreError, registerError } from '@manycore/core';

/**
 * The memory of a queue or pipe holds what no version of this package writes there: another thread or
 * process that has it has a defect, or lies.
 */
export class QueueCorruptedError extends ManycoreError {
  constructor(found: string, options?: ErrorOptions) {
    super(
      'MANYCORE_QUEUE_CORRUPTED',
      `the memory of the queue or pipe was overwritten (${found}): something else wrote there, or a thread or ` +
        'process that has it does not keep to the protocol. Close it and make a new one',
      options,
    );
  }

  static {
    registerError(this, 'QueueCorruptedError');
  }
}

import { ManycoreError, registerError } from '@manycore/core';

/** A limit of the system or of this process was met; the message names it. */
export class SharedMemoryLimitError extends ManycoreError {
  constructor(what: string, limit: string) {
    super(
      'MANYCORE_SHARED_MEMORY_LIMIT',
      `${what}: ${limit}. Close or drop some shared memory first, or raise the limit`,
    );
  }

  static {
    registerError(this, 'SharedMemoryLimitError');
  }
}

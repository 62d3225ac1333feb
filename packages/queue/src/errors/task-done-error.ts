import { ManycoreError, registerError } from '@manycore/core';

/** `taskDone()` was called more often than there are values that were put. */
export class TaskDoneError extends ManycoreError {
  constructor(options?: ErrorOptions) {
    super(
      'MANYCORE_TASK_DONE',
      'taskDone() was called too often: call it once for each value that get returned',
      options,
    );
  }

  static {
    registerError(this, 'TaskDoneError');
  }
}

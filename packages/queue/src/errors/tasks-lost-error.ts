import { ManycoreError, registerError } from '@manycore/core';

/** Values were taken by threads or processes that ended before they called `taskDone()` for them. */
export class TasksLostError extends ManycoreError {
  /** How many. */
  readonly count: number;

  constructor(count: number, options?: ErrorOptions) {
    const [values, them] = count === 1 ? ['1 value was', 'it'] : [`${count} values were`, 'them'];
    super(
      'MANYCORE_TASKS_LOST',
      `${values} taken by a thread or process that ended before it called taskDone() for ${them}; ` +
        `put ${them} again if the work is to be done. From now on ${them === 'it' ? 'it counts' : 'they count'} as done`,
      options,
    );
    this.count = count;
  }

  static {
    registerError(this, 'TasksLostError');
  }
}

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

/**
 * A connection is closed, at this end or at the other; also when all threads and processes that had the
 * other end are gone. (Python's EOFError and BrokenPipeError.)
 */
export class ConnectionClosedError extends ManycoreError {
  constructor(message: string, options?: ErrorOptions) {
    super('MANYCORE_CONNECTION_CLOSED', message, options);
  }

  static {
    registerError(this, 'ConnectionClosedError');
  }
}

/**
 * The memory of a queue or pipe holds what no version of this package writes there: another thread or
 * process that has it is faulty or malicious.
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

/**
 * The next value holds memory that threads share, and the thread that put it has ended before any thread
 * alive was told of that memory. The value is lost.
 */
export class SharedMemoryLostError extends ManycoreError {
  constructor(options?: ErrorOptions) {
    super(
      'MANYCORE_SHARED_MEMORY_LOST',
      'the value holds memory that threads share, and the thread that put it has ended. ' +
        "Keep that thread alive until the value was taken, or create what it holds with { scope: 'processes' }",
      options,
    );
  }

  static {
    registerError(this, 'SharedMemoryLostError');
  }
}

/**
 * The next value holds memory that threads share, and the thread that put it is blocked and has not passed it
 * on. The value stays in the queue: get it again.
 */
export class SharedMemoryBusyError extends ManycoreError {
  constructor(options?: ErrorOptions) {
    super(
      'MANYCORE_SHARED_MEMORY_BUSY',
      'the next value holds memory that threads share, and the thread that put it has not passed it on for ' +
        '10 seconds: it is blocked outside of a queue. The value stays in the queue. Let that thread return ' +
        'to its event loop, or send this thread the queue after the value was put',
      options,
    );
  }

  static {
    registerError(this, 'SharedMemoryBusyError');
  }
}

/** `taskDone()` was called more often than values were put. */
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

/** Values were taken by threads or processes that ended before they called `taskDone()` for them. */
export class TasksLostError extends ManycoreError {
  /** How many. */
  readonly count: number;

  constructor(count: number, options?: ErrorOptions) {
    const [values, them] = count === 1 ? ['1 value was', 'it'] : [`${count} values were`, 'them'];
    super(
      'MANYCORE_TASKS_LOST',
      `${values} taken by a thread or process that ended before it called taskDone() for ${them}; ` +
        `put ${them} again if the work is still to be done. From now on ${them === 'it' ? 'it counts' : 'they count'} as finished`,
      options,
    );
    this.count = count;
  }

  static {
    registerError(this, 'TasksLostError');
  }
}

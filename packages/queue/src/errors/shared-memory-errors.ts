import { ManycoreError, registerError } from '@manycore/core';

/**
 * The next value holds memory that threads share, and the thread that put it has ended before any thread
 * that lives heard of that memory. The value is gone.
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
 * The next value holds memory that threads share, and the thread that put it is too busy to pass it on.
 * The value stays in the queue: get it again.
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


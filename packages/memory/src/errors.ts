import { ManycoreError, registerError } from '@manycore/core';

/** The call would block its thread until that same thread does something: it would never end. */
export class DeadlockError extends ManycoreError {
  constructor(message: string, options?: ErrorOptions) {
    super('MANYCORE_DEADLOCK', message, options);
  }

  static {
    registerError(this, 'DeadlockError');
  }
}

/** Something was given back, or used, that the caller does not hold. */
export class NotHeldError extends ManycoreError {
  constructor(message: string, options?: ErrorOptions) {
    super('MANYCORE_NOT_HELD', message, options);
  }

  static {
    registerError(this, 'NotHeldError');
  }
}

/**
 * The thread or process that held the lock ended without releasing it. What the lock protects may be
 * half changed. Nothing is held; every further acquire throws this too, until a caller calls `recover()`.
 */
export class OwnerDiedError extends ManycoreError {
  constructor(message: string, options?: ErrorOptions) {
    super('MANYCORE_OWNER_DIED', message, options);
  }

  static {
    registerError(this, 'OwnerDiedError');
  }
}

/** Scope 'processes' cannot be had here; the message says what to install or allow. */
export class ProcessesUnavailableError extends ManycoreError {
  constructor(reason: string, options?: ErrorOptions) {
    const text = `scope 'processes' ${reason}; scope 'threads' works without that`;
    super('MANYCORE_PROCESSES_UNAVAILABLE', text, options);
  }

  static {
    registerError(this, 'ProcessesUnavailableError');
  }
}

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

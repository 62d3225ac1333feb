import { ManycoreError, registerError } from '@manycore/core';

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

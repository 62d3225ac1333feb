import { ManycoreError, registerError } from './manycore-error.js';

/** How a worker ended: by an exit code, or by a signal (then `exitCode` is minus its number, as in Python). */
export interface ExitStatus {
  readonly exitCode: number;
  readonly signal?: string | undefined;
  /** The error that ended the worker, where the platform reports it. */
  readonly cause?: unknown;
}

/** A thread or process ended before it answered. */
export class WorkerDiedError extends ManycoreError {
  /** The exit code; −N when the process was killed by signal N. */
  readonly exitCode: number;
  /** The signal's name, such as `SIGKILL`, when a signal ended the process. */
  readonly signal: string | undefined;

  constructor(message: string, status: ExitStatus, options?: ErrorOptions) {
    super('MANYCORE_WORKER_DIED', message, options);
    this.exitCode = status.exitCode;
    this.signal = status.signal;
  }

  static {
    registerError(this, 'WorkerDiedError');
  }
}

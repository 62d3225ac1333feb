const { types } = process.getBuiltinModule('node:util');

/** The parts of the platform that a worker needs; kept apart because their loading is part of its start. */

/** Ends this worker: the thread, or the process. `exit` listeners run. */
export function exitWorker(): never {
  process.exit(0);
}

/** Calls `listener` with the error that is about to bring this worker down, and changes nothing about that. */
export function onFatalError(listener: (error: unknown) => void): void {
  process.on('uncaughtExceptionMonitor', listener);
}

/** Lets the event loop turn once, so that messages which have arrived are delivered. */
export function eventLoopTurn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}

/** Calls `listener` when this thread ends by itself, also by an error. */
export function onWorkerExit(listener: () => void): void {
  process.once('exit', listener);
}

/** In whatever realm it was made: a test runner's context has classes of its own. */
export const isFloat64Array: (value: unknown) => value is Float64Array = types.isFloat64Array;

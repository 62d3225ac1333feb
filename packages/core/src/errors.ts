import { isError } from './platform/brand-checks.js';
import { sharedState } from './shared-state.js';

type ErrorClass = abstract new (...args: never[]) => Error;

const classes = sharedState('errors', () => new Map<string, ErrorClass>());
const registeredName: unique symbol = Symbol.for('manycore.errorName');

/**
 * The base of every error that manycore itself raises. `code` is stable and starts with `MANYCORE_`;
 * the message says what happened in the caller's words and how to fix it, and may change.
 */
export class ManycoreError extends Error {
  readonly code: string;

  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }

  static {
    registerError(this, 'ManycoreError');
  }
}

/**
 * Gives an error class its name (also after a minifier renamed it), and makes its instances arrive as
 * instances of the class that the other side has under that name. Called in the class's static block.
 */
export function registerError(
  constructor: abstract new (...args: never[]) => Error,
  name: string,
): void {
  // The copy of the program is loaded after that of the worker's entry, and replaces it.
  classes.set(name, constructor);
  const property = { value: name, configurable: true, writable: true, enumerable: false };
  // On the prototype, as the built-in errors have it: an own `name` would be printed twice.
  Object.defineProperty(constructor.prototype, 'name', property);
  Object.defineProperty(constructor.prototype, registeredName, property);
}

/** The name under which an error's own class is registered. */
export function registeredErrorName(error: Error): string | undefined {
  const prototype: unknown = Object.getPrototypeOf(error);
  if (typeof prototype !== 'object' || prototype === null) return undefined;
  return Object.hasOwn(prototype, registeredName)
    ? (prototype as { [registeredName]?: string })[registeredName]
    : undefined;
}

export function findRegisteredError(name: string): ErrorClass | undefined {
  return classes.get(name);
}

/**
 * Whether an error has a code, whichever copy of its class made it. Never throws, though the value may be a
 * proxy whose traps do.
 */
export function hasCode(error: unknown, code: string): boolean {
  return codeOf(error) === code;
}

/** Whether manycore itself made an error: its message then says what happened. */
export function isOwnError(error: unknown): boolean {
  const code = codeOf(error);
  return typeof code === 'string' && code.startsWith('MANYCORE_');
}

function codeOf(error: unknown): unknown {
  try {
    return isError(error) ? (error as { code?: unknown }).code : undefined;
  } catch {
    return undefined;
  }
}

/** A worker tried to start workers while it was loading its module, which would recurse forever. */
export class BootstrapError extends ManycoreError {
  constructor(message: string, options?: ErrorOptions) {
    super('MANYCORE_BOOTSTRAP', message, options);
  }

  static {
    registerError(this, 'BootstrapError');
  }
}

/** A value cannot be sent to another thread or process; the message names its path, such as `args[0].items[3].onClick`. */
export class NotCloneableError extends ManycoreError {
  constructor(message: string, options?: ErrorOptions) {
    super('MANYCORE_NOT_CLONEABLE', message, options);
  }

  static {
    registerError(this, 'NotCloneableError');
  }
}

/**
 * A thread or process sent a message that does not follow manycore's protocol: code that runs there used
 * manycore's channel, or another version of manycore did.
 */
export class ProtocolError extends ManycoreError {
  constructor(message: string, options?: ErrorOptions) {
    super('MANYCORE_PROTOCOL', message, options);
  }

  static {
    registerError(this, 'ProtocolError');
  }
}

/** The function to run cannot be found by a worker: it is a closure, not exported, not a plain function, or its module cannot be loaded. */
export class TargetNotFoundError extends ManycoreError {
  constructor(message: string, options?: ErrorOptions) {
    super('MANYCORE_TARGET_NOT_FOUND', message, options);
  }

  static {
    registerError(this, 'TargetNotFoundError');
  }
}

/** A wait was given up because its `timeout` passed. Nothing is held, and nothing was lost by it. */
export class TimeoutError extends ManycoreError {
  constructor(message: string, options?: ErrorOptions) {
    super('MANYCORE_TIMEOUT', message, options);
  }

  static {
    registerError(this, 'TimeoutError');
  }
}

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

/**
 * Describes anything that was thrown, for a message. Never throws itself, though a getter, a proxy or a
 * `toString` of the value may.
 */
export function describeThrown(thrown: unknown): string {
  try {
    return isError(thrown) ? `${thrown.name}: ${thrown.message}` : String(thrown);
  } catch {
    return 'a value that cannot be read';
  }
}

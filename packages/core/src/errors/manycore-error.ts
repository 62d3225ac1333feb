import { isError } from '../platform/brand-checks.js';
import { sharedState } from '../shared-state.js';

export type ErrorClass = abstract new (...args: never[]) => Error;

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

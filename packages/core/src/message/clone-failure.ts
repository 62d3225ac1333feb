import type { Endpoint, Transferable } from '../endpoint/endpoint.js';
import { describeThrown, isOwnError, NotCloneableError } from '../errors.js';
import { isError, isMap, isSet } from '../platform/brand-checks.js';

/**
 * Posts a message that holds one packed value. If the platform cannot clone it, the error is worded for the
 * caller; `root` is the caller's name for the value.
 *
 * @throws NotCloneableError
 */
export function postParcel(
  endpoint: Endpoint,
  message: unknown,
  transfer: readonly Transferable[],
  root: string,
): void {
  try {
    endpoint.post(message, transfer);
  } catch (cause) {
    throw cloneFailure(cause, message, transfer, root, endpoint.destination);
  }
}

/**
 * The error for a message that the platform cannot clone, worded for the caller: for the few kinds of values
 * that `scan` does not know, such as a proxy. The message holds one packed value, named `root`.
 */
export function cloneFailure(
  cause: unknown,
  message: unknown,
  transfer: readonly Transferable[],
  root: string,
  to: string,
): NotCloneableError {
  const isDeep = isStackOverflow(cause);
  const reason = isDeep ? 'it is nested too deeply' : messageOf(cause);
  // What is transferred cannot be tried by itself; and in a value that is too deep no part is at fault.
  const path = transfer.length > 0 || isDeep ? [] : withinValue(refusedPath(message, []));
  return new NotCloneableError(`${formatPath(root, path)} cannot be sent to a ${to}: ${reason}`, {
    cause,
  });
}

function messageOf(cause: unknown): string {
  try {
    return isError(cause) ? cause.message : String(cause);
  } catch {
    return 'reading it threw a value that cannot be read';
  }
}

/** The path to the innermost part that cannot be cloned; empty when there is none. */
function refusedPath(value: unknown, path: readonly Key[]): readonly Key[] {
  if (isCloneable(value)) return [];
  for (const [key, part] of partsOf(value)) {
    if (!isCloneable(part)) return refusedPath(part, [...path, key]);
  }
  return path;
}

/** A packed value is an array within the message, and its first item is the value itself. */
function withinValue(path: readonly Key[]): readonly Key[] {
  const packed = path.findIndex((key) => typeof key === 'number');
  return packed >= 0 && path[packed] === 0 ? path.slice(packed + 1) : [];
}

function isCloneable(value: unknown): boolean {
  try {
    structuredClone(value);
    return true;
  } catch {
    return false;
  }
}

function partsOf(value: unknown): [Key, unknown][] {
  if (typeof value !== 'object' || value === null) return [];
  try {
    if (isMap(value)) {
      return [...value].flatMap(([key, item]): [Key, unknown][] => [
        [new MapStep(key, true), key],
        [new MapStep(key, false), item],
      ]);
    }
    if (isSet(value)) return [...value].map((item, index) => [`<item ${index}>`, item]);
    const isArray = Array.isArray(value);
    return Object.entries(value).map(([key, item]) => [isArray && /^\d+$/.test(key) ? Number(key) : key, item]);
  } catch {
    return [];
  }
}

/** Whether the engine ran out of stack. A getter, or a proxy, may throw a RangeError of its own. */
function isStackOverflow(error: unknown): boolean {
  try {
    return error instanceof RangeError && error.message.includes('call stack');
  } catch {
    return false;
  }
}

/**
 * The error for a value, named `root`, that threw while it was read in order to be sent: a getter or a proxy
 * can throw anything, which must not be passed on as it is.
 */
export function readFailure(root: string, to: string, error: unknown): Error {
  if (isOwnError(error)) return error as Error;
  const why = isStackOverflow(error) ? 'nested too deeply' : `unreadable: ${describeThrown(error)}`;
  return new NotCloneableError(`${root} cannot be sent to a ${to}: it is ${why}`, { cause: error });
}

/**
 * The error for a message that arrived and could not be read: `what` names its content. The platform gives
 * the cause, usually that there is less stack here than in the sender.
 */
export function arrivalFailure(what: string, cause: unknown): NotCloneableError {
  const why = isStackOverflow(cause)
    ? 'it is nested too deeply for the stack here'
    : describeThrown(cause);
  return new NotCloneableError(`${what} arrived, but cannot be read: ${why}`, { cause });
}

/** A step from a value to a part of it: an index, a property, or a description in angle brackets. */
export type Key = string | number | MapStep;

/** The step from a map to one of its keys, or to its value. Formatted only when needed. */
export class MapStep {
  readonly #key: unknown;
  readonly #toKey: boolean;

  constructor(key: unknown, toKey: boolean) {
    this.#key = key;
    this.#toKey = toKey;
  }

  toString(): string {
    const key = describeKey(this.#key);
    return this.#toKey ? `<key ${key}>` : `<${key}>`;
  }
}

/** The end of a longer key is left out of a message, and the middle of a longer path. */
const longestKey = 60;
const mostSteps = 24;

/** A `Map`'s key, or what kind of key it is. */
function describeKey(key: unknown): string {
  if (typeof key === 'string') return JSON.stringify(shortened(key));
  if (typeof key === 'object' && key !== null) return 'object';
  return typeof key === 'number' || typeof key === 'bigint' ? key.toString() : typeof key;
}

/** `args`, [0, 'items', 3, 'onClick'] → `args[0].items[3].onClick`. */
export function formatPath(root: string, path: readonly Key[]): string {
  if (path.length <= mostSteps) return root + path.map(formatStep).join('');
  const half = mostSteps / 2;
  const left = path.slice(0, half).map(formatStep).join('');
  const right = path.slice(-half).map(formatStep).join('');
  return `${root}${left} … ${path.length - mostSteps} levels … ${right}`;
}

function formatStep(key: Key): string {
  if (typeof key === 'number') return `[${key}]`;
  if (typeof key !== 'string') return key.toString();
  if (key.startsWith('<')) return key;
  return /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(key) && key.length <= longestKey
    ? `.${key}`
    : `[${JSON.stringify(shortened(key))}]`;
}

function shortened(key: string): string {
  return key.length <= longestKey ? key : `${key.slice(0, longestKey)}…`;
}

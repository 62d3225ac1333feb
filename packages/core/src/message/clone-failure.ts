import type { Transferable } from '../endpoint/endpoint.js';
import { NotCloneableError } from '../errors/not-cloneable-error.js';
import { isError, isMap, isSet } from '../platform/brand-checks.js';
import { formatPath, type Key, MapStep } from './path.js';
import { isStackOverflow } from './unreadable.js';

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

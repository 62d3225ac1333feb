import { isError } from '../platform/brand-checks.js';

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

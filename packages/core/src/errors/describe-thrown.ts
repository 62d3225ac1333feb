/**
 * Describes anything that was thrown, for a message. Never throws itself, though a getter, a proxy or a
 * `toString` of the value may.
 */
export function describeThrown(thrown: unknown): string {
  try {
    return thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : String(thrown);
  } catch {
    return 'a value that cannot be read';
  }
}

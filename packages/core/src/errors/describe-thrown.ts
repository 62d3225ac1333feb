/**
 * Text for people of anything that was thrown. Never throws itself: a getter, a proxy or a `toString`
 * of the value may.
 */
export function describeThrown(thrown: unknown): string {
  try {
    return thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : String(thrown);
  } catch {
    return 'a value that cannot be read';
  }
}

/** Text for people of anything that was thrown, whatever reading it does. */
export function describeError(error: unknown): string {
  try {
    return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  } catch {
    return `a thrown ${typeof error} that cannot be read`;
  }
}

/** Something is not as promised. */
class Violation extends Error {
  override readonly name = 'Violation';
}

/** @throws Violation with the text, unless the condition holds. */
export function check(condition: boolean, text: string | (() => string)): asserts condition {
  if (!condition) throw new Violation(typeof text === 'string' ? text : text());
}

/** What stands in a report: the error with its causes, or whatever was thrown. */
export function describeError(error: unknown): string {
  if (!(error instanceof Error)) return `threw ${String(error)}`;
  const text = error.stack ?? `${error.name}: ${error.message}`;
  return error.cause === undefined ? text : `${text}\n  cause: ${describeError(error.cause)}`;
}

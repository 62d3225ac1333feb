import { inspect } from 'node:util';

/**
 * Emits a warning of the process: it is printed with what caused it, and told to `process.on('warning')`.
 * The program goes on.
 */
export function emitWarning(warning: Error): void {
  process.emitWarning(Object.assign(warning, { detail: detailOf(warning.cause) }));
}

/** What Node prints below a warning's text. */
function detailOf(cause: unknown): string | undefined {
  if (cause === undefined) return undefined;
  try {
    return inspect(cause);
  } catch {
    // Its text says what can be said.
    return undefined;
  }
}

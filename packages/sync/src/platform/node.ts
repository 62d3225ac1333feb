/*
 * What sync needs of the platform. Everything else in the package is plain JavaScript.
 */

/** Tells the user about something that is likely to be a mistake. */
export function warn(code: string, message: string): void {
  process.emitWarning(message, { type: 'ManycoreWarning', code });
}

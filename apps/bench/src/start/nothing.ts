/** The target of a thread or process that does nothing. */
export function nothing(): void {
  // Nothing.
}

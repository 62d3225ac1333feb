/** The stream of reports of this worker: filled in with the reports. */
export function connectReports(): void {
  // Nothing is reported yet.
}

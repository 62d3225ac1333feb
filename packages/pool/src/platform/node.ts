import { availableParallelism } from 'node:os';
import { writeSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { inspect } from 'node:util';

/** The path of a directory that may be given as a URL. */
export function pathOf(directory: string | URL): string {
  return directory instanceof URL ? fileURLToPath(directory) : directory;
}

/** How many processors this process can use: at least 1. */
export function processorCount(): number {
  return availableParallelism();
}

/** Prints an error that no caller will hear of, whatever became of the standard error stream. */
export function reportFailure(text: string, error: unknown): void {
  try {
    writeSync(2, `${text}\n${error instanceof Error ? inspect(error) : `Uncaught ${inspect(error)}`}\n`);
  } catch {
    // Nobody can be told.
  }
}

import { availableParallelism } from 'node:os';
import { writeSync } from 'node:fs';
import { inspect } from 'node:util';

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

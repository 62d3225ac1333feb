import { setTimeout as sleep } from 'node:timers/promises';
import { longDelay } from './delays.js';

export interface UntilOptions {
  /** Milliseconds after which waiting is given up; {@link longDelay} when absent. */
  readonly timeout?: number;
  /** What is waited for, for the error's text. */
  readonly what?: string | (() => string);
}

/**
 * Waits until `probe` gives something other than `undefined`, `false` or `null`, and resolves to it.
 * For what can only be looked at, such as another process's end: what can be awaited should be.
 *
 * @throws Error after the timeout, naming what did not happen.
 */
export async function until<T>(
  probe: () => T | Promise<T>,
  options: UntilOptions = {},
): Promise<Exclude<T, undefined | false | null>> {
  const timeout = options.timeout ?? longDelay;
  const deadline = performance.now() + timeout;
  // Most of what is waited for is there at once, or a few milliseconds later.
  for (let pause = 1; ; pause = Math.min(pause * 2, 50)) {
    const value = await probe();
    if (isPresent(value)) return value;
    if (performance.now() >= deadline) {
      const what = typeof options.what === 'function' ? options.what() : options.what;
      throw new Error(`waited ${timeout} ms for ${what ?? 'a condition'}`);
    }
    await sleep(pause);
  }
}

function isPresent<T>(value: T): value is Exclude<T, undefined | false | null> {
  return value !== undefined && value !== false && value !== null;
}

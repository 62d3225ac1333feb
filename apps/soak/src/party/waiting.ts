import { setTimeout as sleep } from 'node:timers/promises';
import { TimeoutError } from '@manycore/process';
import type { Random } from '../plan/random.js';

/** How often waits were left, by why: for the report. */
export interface Left {
  timeouts: number;
  aborts: number;
}

export interface Options {
  timeout?: number;
  signal?: AbortSignal;
}

/** The reason of every abort of the soak. */
export const abortReason = 'aborted by the soak';

/**
 * Does a waiting call again and again, sometimes with a short timeout or a signal that aborts soon, until it
 * has not been left by either. A call that is left has no effect, so that none is done twice.
 */
export async function persist<T>(
  random: Random,
  left: Left,
  call: (options: Options) => PromiseLike<T>,
): Promise<T> {
  for (;;) {
    const way = random.int(0, 9);
    if (way < 5) return call({});
    try {
      if (way < 8) return await call({ timeout: random.int(0, 20) });
      const controller = new AbortController();
      const timer = setTimeout(() => controller.abort(abortReason), random.int(0, 20));
      try {
        return await call({ signal: controller.signal });
      } finally {
        clearTimeout(timer);
      }
    } catch (error) {
      if (error === abortReason) left.aborts += 1;
      else if (error instanceof TimeoutError) left.timeouts += 1;
      else throw error;
    }
  }
}

/** The same for a call that blocks its thread. */
export function persistSync<T>(
  random: Random,
  left: Left,
  call: (options: { timeout?: number }) => T,
): T {
  for (;;) {
    try {
      return random.chance(0.6) ? call({}) : call({ timeout: random.int(0, 20) });
    } catch (error) {
      if (!(error instanceof TimeoutError)) throw error;
      left.timeouts += 1;
    }
  }
}

/** Now and then a pause, so that what is disturbed is in the middle of something. */
export async function dawdle(random: Random, probability: number, most: number): Promise<void> {
  if (random.chance(probability)) await sleep(random.int(0, most));
}

import type { AnyFunction, Target } from '@manycore/core';
import { Thread, type ThreadOptions } from './thread.js';

export type TimerOptions<F extends AnyFunction> = Omit<ThreadOptions<F>, 'target'>;

/** The longest delay, about 24 days: as of `setTimeout`. */
const longestDelay = 2 ** 31 - 1;

/**
 * A thread that waits, then calls its target, unless it is cancelled in time: `threading.Timer`. It is
 * on time even while the thread that made it is blocked. The delay counts from `start`.
 *
 * @example
 * ```ts
 * import { isMain, Timer } from '@manycore/thread';
 *
 * export function ring(): string {
 *   return 'ring';
 * }
 *
 * if (isMain(import.meta)) {
 *   const timer = new Timer(20, ring).start();
 *   console.log(await timer.result); // → ring
 * }
 * ```
 */
export class Timer<F extends AnyFunction = (...args: unknown[]) => unknown> extends Thread<F> {
  protected override readonly delay: number;

  /**
   * @param milliseconds 0 to 2 ** 31 - 1
   * @throws RangeError for another delay, TypeError for what is no number
   */
  constructor(milliseconds: number, target: Target<F>, ...options: TimerArguments<F>) {
    super({ ...options[0], target } as unknown as ThreadOptions<F>);
    if (typeof milliseconds !== 'number') {
      throw new TypeError(`the delay must be a number of milliseconds, not ${typeof milliseconds}`);
    }
    if (!(milliseconds >= 0 && milliseconds <= longestDelay)) {
      throw new RangeError(`the delay must be 0 to ${longestDelay} milliseconds, not ${milliseconds}`);
    }
    this.delay = milliseconds;
  }

  /**
   * Keeps the target from being called; `result` then rejects with code `MANYCORE_CANCELLED`. Returns
   * false, and does nothing, once the target was called. A timer may be cancelled before `start`.
   */
  cancel(): boolean {
    return this.cancelDelayed();
  }
}

/** The options may be left out when the function can be called without arguments. */
export type TimerArguments<F extends AnyFunction> =
  [] extends Parameters<F> ? [options?: TimerOptions<F>] : [options: TimerOptions<F>];

import { TimeoutError, type WaitOptions } from '@manycore/core';
import { withTimeout } from '@manycore/core/internal';
import { isCancellation } from '../errors/cancellation.js';

export interface WaitForOptions extends WaitOptions {
  /**
   * - `ALL_COMPLETED` (default): all have settled
   * - `FIRST_COMPLETED`: at least one has
   * - `FIRST_EXCEPTION`: one has rejected, other than by being cancelled; or all have settled
   */
  readonly returnWhen?: 'ALL_COMPLETED' | 'FIRST_COMPLETED' | 'FIRST_EXCEPTION' | undefined;
}

/** Which have settled, and which have not. */
export interface Waited<P> {
  readonly done: Set<P>;
  readonly notDone: Set<P>;
}

/**
 * Waits for futures, results or promises, and tells which of them have settled. Like Python's `wait`, and
 * unlike other waiting calls, it does not reject when `timeout` passes: it tells how far they are. It
 * rejects with the reason of `signal`.
 */
export async function wait<P extends PromiseLike<unknown>>(
  handles: Iterable<P>,
  options: WaitForOptions = {},
): Promise<Waited<P>> {
  const { returnWhen = 'ALL_COMPLETED' } = options;
  if (!['ALL_COMPLETED', 'FIRST_COMPLETED', 'FIRST_EXCEPTION'].includes(returnWhen)) {
    throw new RangeError(
      `returnWhen must be ALL_COMPLETED, FIRST_COMPLETED or FIRST_EXCEPTION, not ${returnWhen}`,
    );
  }
  const notDone = new Set(handles);
  const done = new Set<P>();
  if (notDone.size === 0) return { done, notDone };
  const enough = new Promise<void>((resolve) => {
    for (const handle of notDone) {
      const onSettled = (failed: boolean): void => {
        notDone.delete(handle);
        done.add(handle);
        const isEnough = returnWhen === 'FIRST_COMPLETED' || (returnWhen === 'FIRST_EXCEPTION' && failed);
        if (isEnough || notDone.size === 0) resolve();
      };
      handle.then(
        () => onSettled(false),
        (error: unknown) => onSettled(!isCancellation(error)),
      );
    }
  });
  try {
    await withTimeout(enough, options, 'the futures');
  } catch (error) {
    if (!(error instanceof TimeoutError)) throw error;
  }
  // What settles later does not change what the caller was told.
  return { done: new Set(done), notDone: new Set(notDone) };
}

import { TimeoutError } from '@manycore/core';
import { onAbort } from '@manycore/core/internal';

import type { Line } from './line.js';
import type { Request } from './request.js';

// Taken now: a test that replaces the timers later must not stop the waits.
const { setTimeout, clearTimeout } = globalThis;

/** The longest delay that a timer takes; longer ones are waited for in pieces. */
const longestTimer = 2 ** 31 - 1;

/** What is kept in use while a request waits. */
export interface Use {
  begin(): void;
  end(): void;
}

/**
 * Lets a request join a line, and leave it when its time is over or one of the signals aborts. `make` gets
 * the functions that settle the promise. `use` is held, and told, while the request waits.
 */
export function follow<T>(
  line: Line,
  signals: readonly (AbortSignal | undefined)[],
  make: (resolve: (value: T | PromiseLike<T>) => void, reject: (reason: unknown) => void) => Request,
  use?: Use,
): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const aborted = (): AbortSignal | undefined => signals.find((signal) => signal?.aborted);
    const before = aborted();
    if (before) {
      reject(before.reason);
      return;
    }
    let timer: ReturnType<typeof setTimeout> | undefined;
    const unwatch: (() => void)[] = [];
    let inUse = false;
    const end = (): void => {
      clearTimeout(timer);
      for (const stop of unwatch) stop();
      if (inUse) use?.end();
      inUse = false;
    };
    const request = make(
      (value) => {
        end();
        resolve(value);
      },
      (reason) => {
        end();
        reject(reason);
      },
    );
    const onTimer = (): void => {
      if (request.deadline - performance.now() > 0) {
        arm();
        return;
      }
      // There may be room that nobody was woken for yet.
      line.nudge();
      if (line.leave(request)) {
        request.fail(new TimeoutError(`${request.missed} within ${request.timeout} ms`));
      }
    };
    const arm = (): void => {
      const left = Math.max(request.deadline - performance.now(), 0);
      timer = setTimeout(onTimer, Math.min(Math.ceil(left), longestTimer));
    };
    line.join(request);
    if (request.settled) return;
    inUse = true;
    use?.begin();
    if (request.deadline !== Infinity) arm();
    for (const signal of signals) {
      if (!signal) continue;
      const leave = (): void => {
        if (line.leave(request)) request.fail(signal.reason);
      };
      unwatch.push(onAbort(signal, leave));
    }
  });
}

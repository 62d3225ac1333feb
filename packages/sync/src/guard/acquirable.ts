import type { SyncWaitOptions, WaitOptions } from '@manycore/core';

import type { Guard } from './guard.js';

/** What is acquired and given back: it can be held while a function runs. */
export abstract class Acquirable {
  abstract acquire(options?: WaitOptions): Promise<Guard>;
  abstract acquireSync(options?: SyncWaitOptions): Guard;

  /** Acquires, runs `fn`, gives back what was acquired, and returns what `fn` did. */
  async run<T>(fn: () => T | PromiseLike<T>, options?: WaitOptions): Promise<T> {
    const guard = await this.acquire(options);
    try {
      return await fn();
    } finally {
      guard.release();
    }
  }

  /**
   * The same, blocking the thread while it waits.
   *
   * @throws TypeError when `fn` turns out to be asynchronous: nothing is held while the rest of it runs.
   */
  runSync<T>(fn: () => T, options?: SyncWaitOptions): T {
    const guard = this.acquireSync(options);
    try {
      const result = fn();
      if (isThenable(result)) {
        // Its failure is not for the process to report as well.
        result.then(undefined, () => undefined);
        throw new TypeError('runSync takes a function that is not asynchronous; use await run(fn)');
      }
      return result;
    } finally {
      guard.release();
    }
  }
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof (value as Partial<PromiseLike<unknown>> | null | undefined)?.then === 'function';
}

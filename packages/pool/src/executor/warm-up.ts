import type { WaitOptions } from '@manycore/core';
import { type Deferred, deferred, signalOf, timeoutOf, withTimeout } from '@manycore/core/internal';
import type { StartFailure } from '../scheduler/records.js';
import type { Scheduler } from '../scheduler/scheduler.js';
import { brokenPool, startError } from './task-error.js';

/** What the scheduler tells of the workers. */
type Workers = Pick<Scheduler<unknown>, 'state' | 'cause' | 'refusal' | 'isWarm'>;

interface Waiting {
  /** How many workers are to be ready. */
  readonly count: number;
  /** What the scheduler had refused before: only another refusal concerns this caller. */
  readonly refusal: StartFailure | undefined;
  readonly ready: Deferred<undefined>;
}

/** Callers that wait until workers are ready. */
export class WarmUp {
  readonly #pool: string;
  readonly #workers: () => Workers;
  readonly #waiting = new Set<Waiting>();

  constructor(pool: string, workers: () => Workers) {
    this.#pool = pool;
    this.#workers = workers;
  }

  /** Waits for so many workers. `begin` starts them, and leads to `update`. */
  async wait(count: number, options: WaitOptions | undefined, begin: () => void): Promise<void> {
    timeoutOf(options);
    signalOf(options)?.throwIfAborted();
    const waiting = { count, refusal: this.#workers().refusal, ready: deferred<undefined>() };
    this.#waiting.add(waiting);
    try {
      const workers = count === 1 ? 'worker' : 'workers';
      const settled = withTimeout(waiting.ready.promise, options, `the start of ${count} ${workers} of ${this.#pool}`);
      begin();
      await settled;
    } finally {
      this.#waiting.delete(waiting);
    }
  }

  /** The number of workers, or the state of the pool, may have changed. */
  update(): void {
    if (this.#waiting.size === 0) return;
    const workers = this.#workers();
    const { state, cause, refusal } = workers;
    for (const { count, refusal: before, ready } of this.#waiting) {
      if (state === 'broken' && cause) ready.reject(brokenPool(this.#pool, cause));
      else if (workers.isWarm(count)) ready.resolve(undefined);
      else if (refusal && refusal !== before) ready.reject(startError(refusal));
    }
  }

  /** The pool starts no more workers. */
  end(reason: Error): void {
    for (const { ready } of this.#waiting) ready.reject(reason);
  }
}

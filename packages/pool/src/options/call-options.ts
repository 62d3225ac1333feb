import type { WaitOptions } from '@manycore/core';
import { signalOf, timeoutOf } from '@manycore/core/internal';
import { chunksPerWorker } from '../calls/chunk.js';
import { optionsOf, wholeNumber } from './checks.js';

/** How a call is to be run. */
export interface CallOptions extends WaitOptions {
  /**
   * Milliseconds from this call to its end, waiting included. When they are over the call rejects with
   * `TimeoutError`. Queued tasks are dropped and running tasks are stopped: `currentTask().signal` aborts,
   * and a worker that still runs one after the pool's `graceTime` is replaced.
   */
  readonly timeout?: number | undefined;
  /** Stops the call in the same way; it rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /** Tasks of higher priority go first; of equal ones, those submitted first. Any number; default 0. */
  readonly priority?: number | undefined;
  /**
   * How often a task that failed or lost its worker may run again. Default 0. Aborts, timeouts and errors
   * that would only repeat (no such function, a value that cannot be sent) are not retried, nor is a task
   * whose arguments were moved to a worker thread.
   */
  readonly retries?: number | undefined;
}

/** The progress of a call over many items. */
export interface Progress {
  /** Items whose results have arrived. */
  readonly done: number;
  /** The number of items; undefined while an input is still being read. */
  readonly total: number | undefined;
}

export interface MapOptions extends CallOptions {
  /** How many items make one task. */
  readonly chunkSize?: number | undefined;
  /** Called whenever a chunk is done, in the caller's async context. An error of it is a warning: `CallbackError`. */
  readonly onProgress?: ((progress: Progress) => unknown) | undefined;
}

export interface StreamOptions extends MapOptions {
  /** How many items make one task. Default 1. */
  readonly chunkSize?: number | undefined;
  /**
   * How many items are read from the input before their results are taken, at most; rounded up to whole
   * chunks. Default: four chunks for each worker.
   */
  readonly readAhead?: number | undefined;
  /**
   * With `true`, each item yields how it ended, as with `Promise.allSettled`:
   * `{ status: 'fulfilled', value }` or `{ status: 'rejected', reason }`. So a loop goes on after an item
   * that failed.
   */
  readonly settle?: boolean | undefined;
}

/** The options of a stream that yields how each item ended. */
export type SettlingOptions = StreamOptions & { readonly settle: true };

/** The options of a stream that yields results. */
export type PlainStreamOptions = StreamOptions & { readonly settle?: false | undefined };

/** How a blocking call is to be run: nothing can abort it. */
export type SyncCallOptions = Omit<CallOptions, 'signal'>;

/** How a blocking `map` is to be run: no callback could be called meanwhile. */
export type SyncMapOptions = Omit<MapOptions, 'signal' | 'onProgress'>;

/** Python's callbacks, for `applyAsync`, `mapAsync` and `starmapAsync`. An error of one is a warning: `CallbackError`. */
export interface CallbackOptions<T> {
  /** Called with the result. */
  readonly callback?: ((value: T) => unknown) | undefined;
  /** Called with the error. */
  readonly errorCallback?: ((error: unknown) => unknown) | undefined;
}

/** The options, checked and complete. */
export interface CallSettings {
  readonly timeout: number;
  /** When the timeout is over, on the clock of `performance.now()`. */
  readonly deadline: number;
  readonly signal: AbortSignal | undefined;
  readonly priority: number;
  readonly retries: number;
}

/** Of a call without options. */
const defaults: CallSettings = { timeout: Infinity, deadline: Infinity, signal: undefined, priority: 0, retries: 0 };

/** @throws TypeError, RangeError naming the option. */
export function callSettings(options: CallOptions | undefined): CallSettings {
  if (options === undefined) return defaults;
  optionsOf(options, '{ timeout: 1000 }');
  const priority: unknown = options.priority ?? 0;
  if (typeof priority !== 'number') {
    throw new TypeError(`priority must be a number, not ${typeof priority}`);
  }
  if (Number.isNaN(priority)) throw new RangeError('priority must be a number, not NaN');
  const signal = signalOf(options);
  const timeout = timeoutOf(options);
  return {
    timeout,
    deadline: timeout === Infinity ? Infinity : performance.now() + timeout,
    signal,
    priority,
    retries: wholeNumber('retries', options.retries ?? 0, 0),
  };
}

/** How many chunks may be read ahead. */
export function readAheadOf(
  options: StreamOptions | undefined,
  chunkSize: number,
  workers: number,
): number {
  const { readAhead } = options ?? {};
  if (readAhead === undefined) return chunksPerWorker * workers;
  return Math.ceil(wholeNumber('readAhead', readAhead, 1) / chunkSize);
}

/** @throws TypeError, RangeError naming the option. */
export function chunkSizeOf(options: MapOptions | undefined): number | undefined {
  const { chunkSize } = options ?? {};
  return chunkSize === undefined ? undefined : wholeNumber('chunkSize', chunkSize, 1);
}

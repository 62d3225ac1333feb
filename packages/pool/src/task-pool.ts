import type { AnyFunction, Target, WaitOptions } from '@manycore/core';
import type { AsyncResult } from './calls/async-result.js';
import type { Future } from './calls/future.js';
import type { ResultIterator } from './calls/result-iterator.js';
import type {
  CallbackOptions,
  CallOptions,
  MapOptions,
  PlainStreamOptions,
  SettlingOptions,
  StreamOptions,
} from './options/call-options.js';
import type { PoolCloseOptions } from './options/pool-options.js';
import type { PoolStats } from './stats/pool-stats.js';
import type { AnyIterable, ApplyArguments, Arguments, Item, ItemFunction, Result } from './types.js';

/**
 * What every pool can do, wherever its workers are: `ThreadPool` and `ProcessPool` on this machine,
 * `ClusterPool` of `@manycore/cluster` on others. Code that takes a `TaskPool` works with each of them.
 *
 * What blocks the caller (`applySync`, `mapSync`) and what starts workers (`resize`) are for pools of this
 * machine only.
 *
 * @example
 * ```ts
 * import { isMain, type TaskPool, ThreadPool } from '@manycore/pool';
 *
 * export function square(n: number): number {
 *   return n * n;
 * }
 *
 * async function sumOfSquares(pool: TaskPool, numbers: number[]): Promise<number> {
 *   const squares = await pool.map(square, numbers);
 *   return squares.reduce((sum, n) => sum + n, 0);
 * }
 *
 * if (isMain(import.meta)) {
 *   await using pool = new ThreadPool({ workers: 2 });
 *   console.log(await sumOfSquares(pool, [1, 2, 3])); // → 14
 * }
 * ```
 */
export interface TaskPool extends AsyncDisposable {
  readonly name: string;
  /** Calls a function in a worker. */
  apply<F extends AnyFunction>(
    fn: Target<F>,
    ...rest: ApplyArguments<F, CallOptions>
  ): Promise<Result<F>>;
  /** Calls a function with each item; the results are in the order of the items. */
  map<F extends ItemFunction>(
    fn: Target<F>,
    items: AnyIterable<Item<F>>,
    options?: MapOptions,
  ): Promise<Result<F>[]>;
  /** `map` for functions of several parameters: each item is the array of a call's arguments. */
  starmap<F extends AnyFunction>(
    fn: Target<F>,
    items: AnyIterable<Readonly<Arguments<F>>>,
    options?: MapOptions,
  ): Promise<Result<F>[]>;
  /** `apply` that returns a handle at once. */
  applyAsync<F extends AnyFunction>(
    fn: Target<F>,
    ...rest: ApplyArguments<F, CallOptions & CallbackOptions<Result<F>>>
  ): AsyncResult<Result<F>>;
  /** `map` that returns a handle at once. */
  mapAsync<F extends ItemFunction>(
    fn: Target<F>,
    items: Iterable<Item<F>>,
    options?: MapOptions & CallbackOptions<Result<F>[]>,
  ): AsyncResult<Result<F>[]>;
  /** `starmap` that returns a handle at once. */
  starmapAsync<F extends AnyFunction>(
    fn: Target<F>,
    items: Iterable<Readonly<Arguments<F>>>,
    options?: MapOptions & CallbackOptions<Result<F>[]>,
  ): AsyncResult<Result<F>[]>;
  /** Calls a function with each item of an input that is read as the results are taken, in order. */
  imap<F extends ItemFunction>(
    fn: Target<F>,
    items: AnyIterable<Item<F>>,
    options?: PlainStreamOptions,
  ): ResultIterator<Result<F>>;
  imap<F extends ItemFunction>(
    fn: Target<F>,
    items: AnyIterable<Item<F>>,
    options: SettlingOptions,
  ): ResultIterator<PromiseSettledResult<Result<F>>>;
  imap<F extends ItemFunction>(
    fn: Target<F>,
    items: AnyIterable<Item<F>>,
    options?: StreamOptions,
  ): ResultIterator<Result<F> | PromiseSettledResult<Result<F>>>;
  /** `imap` whose results come in the order in which they are done. */
  imapUnordered<F extends ItemFunction>(
    fn: Target<F>,
    items: AnyIterable<Item<F>>,
    options?: PlainStreamOptions,
  ): ResultIterator<Result<F>>;
  imapUnordered<F extends ItemFunction>(
    fn: Target<F>,
    items: AnyIterable<Item<F>>,
    options: SettlingOptions,
  ): ResultIterator<PromiseSettledResult<Result<F>>>;
  imapUnordered<F extends ItemFunction>(
    fn: Target<F>,
    items: AnyIterable<Item<F>>,
    options?: StreamOptions,
  ): ResultIterator<Result<F> | PromiseSettledResult<Result<F>>>;
  /** Calls a function in a worker, and returns a handle that tells its state and can be cancelled. */
  submit<F extends AnyFunction>(fn: Target<F>, ...args: Arguments<F>): Future<Result<F>>;
  /** `submit` with options. */
  submitWith<F extends AnyFunction>(
    options: CallOptions,
    fn: Target<F>,
    ...args: Arguments<F>
  ): Future<Result<F>>;
  /** Counts and times of workers and tasks. */
  stats(): PoolStats;
  /** Waits until another task may wait: the backpressure of `maxQueue`. */
  room(options?: WaitOptions): Promise<void>;
  /** Accepts no more calls. Earlier calls are completed. */
  close(options?: PoolCloseOptions): void;
  /** Waits until all calls are completed. */
  join(options?: WaitOptions): Promise<void>;
  /** Ends at once: calls that are not completed reject with PoolTerminatedError. */
  terminate(): Promise<void>;
}

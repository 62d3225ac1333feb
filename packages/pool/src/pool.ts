import type { AnyFunction, Target, WaitOptions } from '@manycore/core';
import {
  assertNotBootstrapping,
  defineInspection,
  functionLabel,
  locate,
  type TargetRef,
  withTimeout,
} from '@manycore/core/internal';
import { BlockingCaller } from './blocking/caller.js';
import { AsyncResult } from './calls/async-result.js';
import { callBack, callbacksOf } from './calls/callback.js';
import { collectItems, whileOpen } from './calls/collect-items.js';
import { Future } from './calls/future.js';
import { checkItemFunction, checkIterable, isIterable } from './calls/item-source.js';
import { mapCall } from './calls/map-call.js';
import { openStream, type ResultIterator } from './calls/result-iterator.js';
import { promised, SingleCall } from './calls/single-call.js';
import { InvalidStateError, PoolClosedError, PoolFullError } from './errors.js';
import { Executor } from './executor/executor.js';
import {
  type CallbackOptions,
  type CallOptions,
  callSettings,
  type MapOptions,
  type PlainStreamOptions,
  type SettlingOptions,
  type StreamOptions,
  type SyncCallOptions,
  type SyncMapOptions,
} from './options/call-options.js';
import { optionalBoolean, optionsOf, wholeNumber } from './options/checks.js';
import type { PoolCloseOptions, PoolSettings, ReadyOptions } from './options/pool-options.js';
import type { PoolStats } from './stats/pool-stats.js';
import type { TaskPool } from './task-pool.js';
import { checkedKind, EndpointTransport, type WorkerKind } from './transport/endpoint-transport.js';
import type {
  AnyIterable,
  ApplyArguments,
  Arguments,
  Item,
  ItemFunction,
  Result,
} from './types.js';

/** What a pool of threads and a pool of processes have in common: everything but their workers. */
export abstract class Pool implements TaskPool {
  readonly name: string;
  readonly #kind: WorkerKind['kind'];
  readonly #executor: Executor;
  readonly #blocking: BlockingCaller;
  #blockingEnd: Promise<void> = Promise.resolve();

  /** @internal */
  protected constructor(settings: PoolSettings, workers: WorkerKind) {
    const kind = checkedKind(workers);
    assertNotBootstrapping(settings.name);
    this.name = settings.name;
    this.#kind = kind.kind;
    this.#executor = new Executor(
      settings,
      (events) => new EndpointTransport(kind, settings.name, settings, events),
    );
    this.#blocking = new BlockingCaller(settings, kind);
  }

  /**
   * Calls a function in a worker. Rejects with what it throws, with WorkerDiedError when its worker exits
   * first, with BrokenPoolError when no worker can be started, and with PoolClosedError, PoolFullError,
   * TimeoutError or the signal's reason.
   *
   * The arguments are copied when the task is sent to a worker: do not change them before.
   */
  apply<F extends AnyFunction>(
    fn: Target<F>,
    ...[args, options]: ApplyArguments<F, CallOptions>
  ): Promise<Result<F>> {
    return promised(() => this.#call(fn, args, options).promise) as Promise<Result<F>>;
  }

  /**
   * Calls a function with each item, in workers; resolves to the results in the order of the items. The
   * first error rejects the whole call; items that no worker has begun are dropped then.
   *
   * Larger chunks need fewer messages: see `chunkSize`, by default ceil(items / (4 × workers)), as in Python.
   */
  map<F extends ItemFunction>(
    fn: Target<F>,
    items: AnyIterable<Item<F>>,
    options?: MapOptions,
  ): Promise<Result<F>[]> {
    return this.#map('map', fn, items, options) as Promise<Result<F>[]>;
  }

  /** `map` for functions of several parameters: each item is the array of a call's arguments. */
  starmap<F extends AnyFunction>(
    fn: Target<F>,
    items: AnyIterable<Readonly<Arguments<F>>>,
    options?: MapOptions,
  ): Promise<Result<F>[]> {
    return this.#map('starmap', fn, items, options) as Promise<Result<F>[]>;
  }

  /** `apply` that returns a handle at once; throws at once where `apply` would reject for its arguments. */
  applyAsync<F extends AnyFunction>(
    fn: Target<F>,
    ...[args, options]: ApplyArguments<F, CallOptions & CallbackOptions<Result<F>>>
  ): AsyncResult<Result<F>> {
    const callbacks = callbacksOf(options);
    const call = this.#call(fn, args, options);
    const promise = call.promise as Promise<Result<F>>;
    callBack(promise, call.target.name, callbacks);
    return new AsyncResult(call.target.name, promise);
  }

  /** `map` that returns a handle at once. */
  mapAsync<F extends ItemFunction>(
    fn: Target<F>,
    items: Iterable<Item<F>>,
    options?: MapOptions & CallbackOptions<Result<F>[]>,
  ): AsyncResult<Result<F>[]> {
    return this.#mapAsync('map', fn, items, options);
  }

  /** `starmap` that returns a handle at once. */
  starmapAsync<F extends AnyFunction>(
    fn: Target<F>,
    items: Iterable<Readonly<Arguments<F>>>,
    options?: MapOptions & CallbackOptions<Result<F>[]>,
  ): AsyncResult<Result<F>[]> {
    return this.#mapAsync('starmap', fn, items, options);
  }

  /**
   * Calls a function with each item of any input, which is read as the results are taken: an endless or
   * huge one needs no more memory than the read-ahead. Results come in the order of the items.
   *
   * An error of an item comes in its place. It ends a `for await` loop, and drops what no worker has begun
   * then; `next()` goes on after it, as in Python, and so does a loop with `{ settle: true }`. An error of
   * the input ends the iteration after the results before it. The timeout is for the iteration as a whole.
   *
   * Each item yields one result or one error, whatever happens: an error of a whole chunk, such as its
   * worker's death, is that of each of its items.
   *
   * `join` does not wait for the results to be taken. It reads an input in memory (an array, a set, a map, a
   * string, or the iterator of one) to its end. It closes any other input: the items that were read are still
   * run, and after their results the iteration rejects with PoolClosedError.
   */
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
  imap<F extends ItemFunction>(
    fn: Target<F>,
    items: AnyIterable<Item<F>>,
    options?: StreamOptions,
  ): ResultIterator<unknown> {
    checkItemFunction('imap', fn, items);
    return openStream(this.#executor, this.#target(fn), true, items, options);
  }

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
  imapUnordered<F extends ItemFunction>(
    fn: Target<F>,
    items: AnyIterable<Item<F>>,
    options?: StreamOptions,
  ): ResultIterator<unknown> {
    checkItemFunction('imapUnordered', fn, items);
    return openStream(this.#executor, this.#target(fn), false, items, options);
  }

  /**
   * `apply` that blocks this thread and its event loop, and returns the result itself. For it the pool has a
   * background pool: a second set of workers (as many again, started when needed), run by a thread of its own.
   */
  applySync<F extends AnyFunction>(
    fn: Target<F>,
    ...[args, options]: ApplyArguments<F, SyncCallOptions>
  ): Result<F> {
    return this.#blocking.call('call', this.#target(fn), args, options) as Result<F>;
  }

  /** `map` that blocks this thread; see `applySync`. */
  mapSync<F extends ItemFunction>(
    fn: Target<F>,
    items: Iterable<Item<F>>,
    options?: SyncMapOptions,
  ): Result<F>[] {
    checkIterable(items);
    if (!isIterable(items)) throw new TypeError('mapSync takes no async iterable: use map()');
    checkItemFunction('mapSync', fn, items);
    return this.#blocking.call('map', this.#target(fn), [...items], options) as Result<F>[];
  }

  /** Calls a function in a worker, and returns a handle that tells its state and can be cancelled until it runs. */
  submit<F extends AnyFunction>(
    fn: Target<F>,
    ...args: Arguments<F>
  ): Future<Result<F>> {
    return new Future<Result<F>>(this.#executor, this.#call(fn, args));
  }

  /** `submit` with options, such as a timeout that stops the work. */
  submitWith<F extends AnyFunction>(
    options: CallOptions,
    fn: Target<F>,
    ...args: Arguments<F>
  ): Future<Result<F>> {
    return new Future<Result<F>>(this.#executor, this.#call(fn, args, options));
  }

  /** Counts and times of workers and tasks. Calls of the Sync forms are not included. */
  stats(): PoolStats {
    return this.#executor.stats();
  }

  /**
   * Changes how many workers there may be. Excess workers exit after their current task; new ones are started
   * when tasks wait for them, or at once up to `minWorkers`.
   */
  resize(size: { readonly workers: number; readonly minWorkers?: number | undefined }): void {
    const max = wholeNumber('workers', size.workers, 1);
    const least = size.minWorkers ?? Math.min(this.#executor.limits.min, max);
    const min = wholeNumber('minWorkers', least, 0);
    if (min > max) throw new RangeError(`minWorkers (${min}) must not exceed workers (${max})`);
    this.#executor.resize({ min, max });
  }

  /**
   * Starts workers until there are as many as the pool may have, or `workers`, and resolves when each has run
   * its initializer: so that the first calls need not wait for that. The workers stay as those do that tasks
   * needed: until `idleTimeout`. If the system has no room for more, it resolves when those are ready that it
   * has room for, and the pool has warned. The background pool of the Sync forms is another one.
   *
   * @throws RangeError for more workers than the pool may have; TimeoutError, or the signal's reason: the workers
   * are started nonetheless; BrokenPoolError; what keeps a worker from being started (what its initializer threw)
   * three times in a row, while the pool goes on with others; PoolClosedError, PoolTerminatedError if the pool is
   * closed, or will be before they are ready.
   *
   * @example
   * ```ts
   * import { isMain, ThreadPool } from '@manycore/pool';
   *
   * export function load(): void {
   *   // Opens what the tasks need.
   * }
   *
   * if (isMain(import.meta)) {
   *   await using pool = new ThreadPool({ workers: 2, initializer: load });
   *   await pool.ready({ timeout: 30_000 });
   *   console.log(pool.stats().workers.idle); // → 2
   * }
   * ```
   */
  async ready(options?: ReadyOptions): Promise<void> {
    const { max } = this.#executor.limits;
    const count = wholeNumber('workers', optionsOf(options, '{ timeout: 30_000 }')?.workers ?? max, 1);
    if (count > max) {
      throw new RangeError(`workers must be at most ${max}, the size of ${this.name}, not ${count}; resize() it first`);
    }
    if (this.#executor.closed) {
      throw new PoolClosedError(`cannot start workers: ${this.name} is closed; make a new pool`);
    }
    await this.#executor.warmUp(count, options);
  }

  /** Waits until another task may wait: the backpressure of `maxQueue`. */
  room(options?: WaitOptions): Promise<void> {
    return this.#executor.room(options);
  }

  /**
   * Accepts no more calls. Earlier calls are completed; then the workers exit. The input of an `imap` is read
   * on as its results are taken, until it ends, its iterator is left or collected, or `join` is called.
   *
   * With `cancelPending` the tasks that no worker has begun are dropped, and their calls reject with
   * CancelledError: a `map` as a whole; an `imap` after the results before. Tasks that have begun are finished,
   * their retries included. May be called after a `close` without it.
   */
  close(options?: PoolCloseOptions): void {
    const cancels = optionalBoolean('cancelPending', optionsOf(options, '{ cancelPending: true }')?.cancelPending);
    this.#executor.close();
    if (cancels) this.#executor.cancelPending();
    this.#blockingEnd = this.#blocking.end('close');
  }

  /**
   * Waits until all calls are completed and every worker has exited. An `imap` is completed when the items that
   * were read of its input are: see there. A `map` is waited for until its input has been read; `terminate`
   * ends one whose input never ends.
   *
   * @throws InvalidStateError before `close` or `terminate`; TimeoutError, or the signal's reason.
   */
  async join(options?: WaitOptions): Promise<void> {
    if (!this.#executor.closed) {
      throw new InvalidStateError(
        `${this.name} is still open, and join() would wait forever; call close() or terminate() first`,
      );
    }
    await withTimeout(this.#joined(), options, `the end of ${this.name}`);
  }

  /**
   * Ends all workers at once. Calls that are not completed reject with PoolTerminatedError. Resolves when
   * every worker has exited; it need not be awaited.
   */
  async terminate(): Promise<void> {
    this.#executor.terminate();
    this.#blockingEnd = this.#blocking.end('terminate');
    await this.#joined();
  }

  static {
    defineInspection<Pool>(this, (pool) => {
      const { workers, tasks } = pool.stats();
      return {
        name: pool.name,
        state: pool.#executor.summary,
        workers: pool.#executor.limits.max,
        started: workers.live,
        waiting: tasks.waiting,
        running: tasks.running,
      };
    });
  }

  #call(fn: Target, args: readonly unknown[] = [], options?: CallOptions): SingleCall {
    const settings = callSettings(options);
    const { signal } = settings;
    if (!Array.isArray(args)) throw new TypeError('args must be an array of arguments');
    const target = this.#target(fn);
    if (!this.#executor.hasRoom) {
      throw new PoolFullError(
        `cannot run ${functionLabel(target.name)}: ${this.#executor.waiting} tasks wait already, as many as ` +
          `maxQueue of ${this.name} allows; await room() before each call`,
      );
    }
    const call = new SingleCall(target, args, settings.timeout);
    if (signal?.aborted) {
      call.settle({ status: 'aborted', error: signal.reason }, signal.reason);
      return call;
    }
    call.task = this.#executor.submit(call, settings);
    if (signal) call.abortOn(signal, this.#executor);
    return call;
  }

  async #map(
    shape: 'map' | 'starmap',
    fn: Target,
    items: AnyIterable<unknown>,
    options: MapOptions | undefined,
  ): Promise<unknown[]> {
    if (shape === 'map') checkItemFunction(shape, fn, items);
    const call = mapCall(this.#executor, shape, this.#target(fn), options);
    checkIterable(items);
    if (isIterable(items)) {
      // At once: what the caller does next comes after this call.
      whileOpen(this.#executor, () => void call.start([...items]));
    } else {
      await collectItems(this.#executor, call.target.name, items, options, (all) => void call.start(all));
    }
    return call.promise;
  }

  #mapAsync<T>(
    shape: 'map' | 'starmap',
    fn: Target,
    items: Iterable<unknown>,
    options: (MapOptions & CallbackOptions<T[]>) | undefined,
  ): AsyncResult<T[]> {
    const callbacks = callbacksOf(options);
    if (shape === 'map') checkItemFunction('mapAsync', fn, items);
    const call = mapCall(this.#executor, shape, this.#target(fn), options);
    checkIterable(items);
    if (!isIterable(items)) throw new TypeError(`${shape}Async takes no async iterable: use ${shape}()`);
    const promise = whileOpen(this.#executor, () => call.start([...items])) as Promise<T[]>;
    callBack(promise, call.target.name, callbacks);
    return new AsyncResult(call.target.name, promise);
  }

  /** @throws TargetNotFoundError for a function that no worker could find; PoolClosedError. */
  #target(fn: Target): TargetRef {
    const target = locate(fn, this.#kind);
    if (!this.#executor.closed) return target;
    throw new PoolClosedError(`cannot run ${functionLabel(target.name)}: ${this.name} is closed; make a new pool`);
  }

  async #joined(): Promise<void> {
    await Promise.all([this.#executor.join(), this.#executor.holding(this.#blockingEnd)]);
  }

  /** Leaving an `await using` block closes and joins: see `join` for streams that are still open. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.close();
    await this.join();
  }
}

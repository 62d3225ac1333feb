import type { AnyFunction, Target, WaitOptions } from '@manycore/core';
import { assertNotBootstrapping, defineInspection, withTimeout } from '@manycore/core/internal';
import type { AsyncResult } from './calls/async-result.js';
import { CallDesk } from './calls/call-desk.js';
import { Future } from './calls/future.js';
import { checkIterable, isIterable } from './calls/items.js';
import type { ResultIterator } from './calls/result-iterator.js';
import { Engine } from './engine/engine.js';
import { InvalidStateError } from './errors/invalid-state-error.js';
import type { PoolStats } from './monitor/pool-stats.js';
import type {
  CallbackOptions,
  CallOptions,
  MapOptions,
  PlainStreamOptions,
  SettlingOptions,
  StreamOptions,
  SyncCallOptions,
  SyncMapOptions,
} from './options/call-options.js';
import { optionalBoolean, optionsOf, wholeNumber } from './options/checks.js';
import type { PoolCloseOptions, PoolSettings } from './options/pool-options.js';
import { SyncCaller } from './sync/sync-caller.js';
import { EndpointTransport } from './transport/endpoint-transport.js';
import type {
  AnyIterable,
  ApplyArguments,
  Arguments,
  Item,
  ItemFunction,
  Result,
} from './types.js';
import { spawnFor, type WorkerMaking } from './workers/spawn.js';

/** What a pool of threads and a pool of processes have in common: everything but their workers. */
export abstract class Pool implements AsyncDisposable {
  readonly name: string;
  readonly #engine: Engine;
  readonly #sync: SyncCaller;
  readonly #desk: CallDesk;
  #syncEnd: Promise<void> = Promise.resolve();

  /** @internal */
  protected constructor(settings: PoolSettings, making: WorkerMaking) {
    const { name, initializer, initArgs } = settings;
    assertNotBootstrapping(name);
    this.name = name;
    const setup = { pool: name, initializer, initArgs };
    const spawn = spawnFor(name, making);
    this.#engine = new Engine(settings, (events) => new EndpointTransport(spawn, setup, events));
    this.#sync = new SyncCaller(settings, making);
    this.#desk = new CallDesk(name, making.kind, this.#engine, this.#sync);
  }

  /**
   * Calls a function in a worker. Rejects with what it throws, with WorkerDiedError when its worker ends
   * first, with BrokenPoolError when no worker can be started, and with PoolClosedError, PoolFullError,
   * TimeoutError or the signal's reason when that is why it is not run to its end.
   *
   * The arguments are copied when a worker takes the task: do not change them before.
   */
  async apply<F extends AnyFunction>(
    fn: Target<F>,
    ...[args, options]: ApplyArguments<F, CallOptions>
  ): Promise<Result<F>> {
    return (await this.#desk.call(fn, args, options).promise) as Result<F>;
  }

  /**
   * Calls a function with each item, in workers; resolves to the results in the order of the items. The
   * first error rejects the whole; items that no worker has begun are dropped then.
   *
   * An item costs a message less the larger the chunks are: see `chunkSize`, by default
   * ceil(items / (4 × workers)), as in Python.
   */
  map<F extends ItemFunction>(
    fn: Target<F>,
    items: AnyIterable<Item<F>>,
    options?: MapOptions,
  ): Promise<Result<F>[]> {
    return this.#desk.mapAny('map', fn, items, options) as Promise<Result<F>[]>;
  }

  /** `map` for functions of several parameters: each item is the array of a call's arguments. */
  starmap<F extends AnyFunction>(
    fn: Target<F>,
    items: AnyIterable<Readonly<Arguments<F>>>,
    options?: MapOptions,
  ): Promise<Result<F>[]> {
    return this.#desk.mapAny('starmap', fn, items, options) as Promise<Result<F>[]>;
  }

  /** `apply` that returns a handle at once; throws at once where `apply` would reject for its arguments. */
  applyAsync<F extends AnyFunction>(
    fn: Target<F>,
    ...[args, options]: ApplyArguments<F, CallOptions & CallbackOptions<Result<F>>>
  ): AsyncResult<Result<F>> {
    return this.#desk.callAsync(fn, args, options);
  }

  /** `map` that returns a handle at once. */
  mapAsync<F extends ItemFunction>(
    fn: Target<F>,
    items: Iterable<Item<F>>,
    options?: MapOptions & CallbackOptions<Result<F>[]>,
  ): AsyncResult<Result<F>[]> {
    return this.#desk.mapAsync('map', fn, items, options);
  }

  /** `starmap` that returns a handle at once. */
  starmapAsync<F extends AnyFunction>(
    fn: Target<F>,
    items: Iterable<Readonly<Arguments<F>>>,
    options?: MapOptions & CallbackOptions<Result<F>[]>,
  ): AsyncResult<Result<F>[]> {
    return this.#desk.mapAsync('starmap', fn, items, options);
  }

  /**
   * Calls a function with each item of any input, which is read as the results are taken: an endless or
   * huge one takes no more memory than the read-ahead. Results come in the order of the items.
   *
   * An error of an item comes in its place. It ends a `for await` loop, and drops what no worker has begun
   * then; `next()` goes on behind it, as in Python, and so does a loop with `{ settle: true }`. An error of
   * the input ends the iteration after the results before it. The timeout is for the iteration as a whole.
   *
   * An item costs one result or one error, whatever happens: an error that is that of a whole chunk, such
   * as its worker's death, is that of each of its items.
   *
   * `join` does not wait for the results to be taken. It reads to its end what lies in memory (an array, a
   * set, a map, a string, or the iterator of one). Any other input it closes: what was read is still done,
   * and behind those results the iteration rejects with PoolClosedError.
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
    return this.#desk.stream(true, fn, items, options);
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
    return this.#desk.stream(false, fn, items, options);
  }

  /**
   * `apply` that blocks this thread, event loop and all, and returns the result itself. For it the pool
   * keeps a second set of workers (as many again, started when needed) behind a thread that goes on while
   * this one sleeps. Whatever waits for this thread's event loop waits as long.
   */
  applySync<F extends AnyFunction>(
    fn: Target<F>,
    ...[args, options]: ApplyArguments<F, SyncCallOptions>
  ): Result<F> {
    return this.#desk.runSync('call', fn, args, options) as Result<F>;
  }

  /** `map` that blocks this thread; see `applySync`. */
  mapSync<F extends ItemFunction>(
    fn: Target<F>,
    items: Iterable<Item<F>>,
    options?: SyncMapOptions,
  ): Result<F>[] {
    checkIterable(items);
    if (!isIterable(items)) throw new TypeError('mapSync takes no async iterable: use map()');
    return this.#desk.runSync('map', fn, [...items], options) as Result<F>[];
  }

  /** Calls a function in a worker, and returns a handle that can be asked and, until it runs, cancelled. */
  submit<F extends AnyFunction>(
    fn: Target<F>,
    ...args: Arguments<F>
  ): Future<Result<F>> {
    return new Future<Result<F>>(this.#engine, this.#desk.call(fn, args));
  }

  /** `submit` with options, such as a timeout that stops the work. */
  submitWith<F extends AnyFunction>(
    options: CallOptions,
    fn: Target<F>,
    ...args: Arguments<F>
  ): Future<Result<F>> {
    return new Future<Result<F>>(this.#engine, this.#desk.call(fn, args, options));
  }

  /** What the pool is doing and has done: workers, tasks, times. Calls of the Sync forms are not in it. */
  stats(): PoolStats {
    return this.#engine.stats();
  }

  /**
   * Changes how many workers there may be. Those that are too many leave when they have finished what they
   * are at; new ones are started when work waits for them, or at once up to `minWorkers`.
   */
  resize(size: { readonly workers: number; readonly minWorkers?: number | undefined }): void {
    const max = wholeNumber('workers', size.workers, 1);
    const least = size.minWorkers ?? Math.min(this.#engine.limits.min, max);
    const min = wholeNumber('minWorkers', least, 0);
    if (min > max) throw new RangeError(`minWorkers (${min}) must not exceed workers (${max})`);
    this.#engine.resize({ min, max });
  }

  /** Waits until another task may wait: the backpressure of `maxQueue`. */
  async room(options?: WaitOptions): Promise<void> {
    let leave: (() => void) | undefined;
    const room = new Promise<void>((resolve) => {
      leave = this.#engine.whenRoom(resolve);
    });
    try {
      await withTimeout(room, options, `room in the queue of ${this.name}`);
    } finally {
      leave?.();
    }
  }

  /**
   * Accepts no more calls. What was called is still done; then the workers leave. The input of an `imap` is
   * read on as its results are taken, until it ends, its iterator is left or collected, or `join` is called.
   *
   * With `cancelPending` what no worker has begun is dropped, and rejects with CancelledError: a whole
   * `map` of which something is dropped; an `imap` after the results before that. What has begun is
   * finished, its retries included. May be called again to add this to a `close` before.
   */
  close(options?: PoolCloseOptions): void {
    const cancels = optionalBoolean('cancelPending', optionsOf(options, '{ cancelPending: true }')?.cancelPending);
    this.#engine.close();
    if (cancels) this.#engine.cancelPending();
    this.#endSync('close');
  }

  /**
   * Waits until everything that was called is done and every worker is gone. An `imap` is done when what was
   * read of its input is: see there. A `map` is waited for until its input has been read; one that never
   * ends is ended by `terminate`.
   *
   * @throws InvalidStateError before `close` or `terminate`; TimeoutError, or the signal's reason.
   */
  async join(options?: WaitOptions): Promise<void> {
    if (!this.#engine.closed) {
      throw new InvalidStateError(
        `${this.name} is still open and would be joined for ever; call close() or terminate() first`,
      );
    }
    await withTimeout(this.#joined(), options, `the end of ${this.name}`);
  }

  /**
   * Ends all workers at once. What was called and is not done rejects with PoolTerminatedError. Resolves
   * when every worker is gone; nobody needs to wait for that.
   */
  async terminate(): Promise<void> {
    this.#engine.terminate();
    this.#endSync('terminate');
    await this.#joined();
  }

  static {
    defineInspection<Pool>(this, (pool) => {
      const { workers, tasks } = pool.stats();
      return {
        name: pool.name,
        state: pool.#engine.summary,
        workers: pool.#engine.limits.max,
        started: workers.live,
        waiting: tasks.waiting,
        running: tasks.running,
      };
    });
  }

  #endSync(how: 'close' | 'terminate'): void {
    this.#syncEnd = this.#sync.end(how);
  }

  async #joined(): Promise<void> {
    await Promise.all([this.#engine.join(), this.#engine.holding(this.#syncEnd)]);
  }

  /** Leaving an `await using` block closes and joins: see `join` for streams that are still open. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.close();
    await this.join();
  }
}

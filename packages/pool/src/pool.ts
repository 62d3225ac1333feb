import type { AnyFunction, Target, WaitOptions } from '@manycore/core';
import { assertNotBootstrapping, defineInspection, locate, withTimeout } from '@manycore/core/internal';
import { BlockingCaller } from './blocking/caller.js';
import { CallForms } from './calls/call-forms.js';
import { checkItemFunction, checkIterable, isIterable } from './calls/item-source.js';
import { InvalidStateError, PoolClosedError } from './errors.js';
import { Executor } from './executor/executor.js';
import type { SyncCallOptions, SyncMapOptions } from './options/call-options.js';
import { optionalBoolean, optionsOf, wholeNumber } from './options/checks.js';
import type { PoolCloseOptions, PoolSettings, ReadyOptions } from './options/pool-options.js';
import type { PoolStats } from './stats/pool-stats.js';
import type { TaskPool } from './task-pool.js';
import { checkedKind, EndpointTransport } from './transport/endpoint-transport.js';
import type { WorkerKind } from './transport/spawners.js';
import type { ApplyArguments, Item, ItemFunction, Result } from './types.js';

/** What a pool of threads and a pool of processes have in common: everything but their workers. */
export abstract class Pool extends CallForms implements TaskPool {
  readonly name: string;
  readonly #executor: Executor;
  readonly #blocking: BlockingCaller;
  #blockingEnd: Promise<void> = Promise.resolve();

  /** @internal */
  protected constructor(settings: PoolSettings, workers: WorkerKind) {
    const kind = checkedKind(workers);
    assertNotBootstrapping(settings.name);
    const executor = new Executor(
      settings,
      (events) => new EndpointTransport(kind, settings.name, settings, events),
    );
    super(executor, (fn) => {
      if (typeof fn === 'function') executor.expectCall();
      return locate(fn, kind.kind);
    });
    this.name = settings.name;
    this.#executor = executor;
    this.#blocking = new BlockingCaller(settings, kind);
  }

  /**
   * `apply` that blocks this thread and its event loop, and returns the result itself. For it the pool has a
   * background pool: a second set of workers (as many again, started when needed), run by a thread of its own. After
   * some short calls this thread reaches one of them directly, through shared memory, unless the call has a `timeout`
   * or `retries`, or the pool `maxTasksPerWorker` or the transport `'messages'`.
   */
  applySync<F extends AnyFunction>(
    fn: Target<F>,
    ...[args, options]: ApplyArguments<F, SyncCallOptions>
  ): Result<F> {
    return this.#blocking.call('call', this.target(fn), args, options) as Result<F>;
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
    return this.#blocking.call('map', this.target(fn), [...items], options) as Result<F>[];
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

  async #joined(): Promise<void> {
    await Promise.all([this.#executor.join(), this.#executor.holding(this.#blockingEnd)]);
  }

  /** Leaving an `await using` block closes and joins: see `join` for streams that are still open. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.close();
    await this.join();
  }
}

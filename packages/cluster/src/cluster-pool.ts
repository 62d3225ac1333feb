import type { AnyFunction, Target, WaitOptions } from '@manycore/core';
import { defineInspection, withTimeout } from '@manycore/core/internal';
import {
  type AnyIterable,
  type ApplyArguments,
  type ArgumentsOf,
  type AsyncResult,
  type CallbackOptions,
  type CallOptions,
  type Future,
  InvalidStateError,
  type ItemFunction,
  type ItemOf,
  type MapOptions,
  type PlainStreamOptions,
  type PoolCloseOptions,
  type PoolStats,
  type ResultIterator,
  type ResultOf,
  type SettlingOptions,
  type StreamOptions,
  type TaskPool,
} from '@manycore/pool';
import { type CallForms, makeCallForms, optionalBoolean, optionsOf } from '@manycore/pool/internal';
import { ClusterExecutor } from './client/cluster-executor.js';
import { RedisTransport } from './client/redis-transport.js';
import { type ClusterPoolOptions, clusterPoolSettings } from './options/pool-options.js';
import type { EnqueueOptions } from './options/enqueue-options.js';
import { registeredTarget } from './options/target.js';
import type { HostInfo } from './protocol/messages.js';

let lastNumber = 0;

/**
 * A pool whose workers are on other machines: the calls of `ThreadPool`, over Redis. Worker hosts, which `serve`
 * or the command `manycore-worker` starts, take them from the queue.
 *
 * A function is known in a cluster by the name that `tasks` registers. Values are copied.
 */
export class ClusterPool implements TaskPool {
  readonly name: string;
  readonly #executor: ClusterExecutor;
  readonly #calls: CallForms;

  constructor(options: ClusterPoolOptions) {
    const settings = clusterPoolSettings(options, () => `ClusterPool-${(lastNumber += 1)}`);
    const executor = new ClusterExecutor(settings, (client, events) => new RedisTransport(settings, client, events));
    this.name = settings.name;
    this.#executor = executor;
    this.#calls = makeCallForms(executor, registeredTarget);
  }

  /**
   * Calls a function on a worker host. Rejects with what it throws, with WorkerDiedError when its worker or its
   * host dies, and with CallLostError, PayloadTooLargeError, PoolClosedError, PoolFullError, TimeoutError or the
   * signal's reason. The arguments are encoded at once.
   *
   * Without `retries` it is started at most once.
   */
  apply<F extends AnyFunction>(
    fn: Target<F>,
    ...rest: ApplyArguments<F, CallOptions>
  ): Promise<ResultOf<F>> {
    return this.#calls.apply(fn, ...rest);
  }

  /**
   * Calls a function with each item; resolves to the results in the order of the items. The items travel in
   * chunks, by default ceil(items / (4 × workers of all hosts)): see `chunkSize`.
   */
  map<F extends ItemFunction>(
    fn: Target<F>,
    items: AnyIterable<ItemOf<F>>,
    options?: MapOptions,
  ): Promise<ResultOf<F>[]> {
    return this.#calls.map(fn, items, options);
  }

  /** `map` for functions of several parameters: each item is the array of a call's arguments. */
  starmap<F extends AnyFunction>(
    fn: Target<F>,
    items: AnyIterable<Readonly<ArgumentsOf<F>>>,
    options?: MapOptions,
  ): Promise<ResultOf<F>[]> {
    return this.#calls.starmap(fn, items, options);
  }

  /** `apply` that returns a handle at once; throws at once where `apply` would reject for its arguments. */
  applyAsync<F extends AnyFunction>(
    fn: Target<F>,
    ...rest: ApplyArguments<F, CallOptions & CallbackOptions<ResultOf<F>>>
  ): AsyncResult<ResultOf<F>> {
    return this.#calls.applyAsync(fn, ...rest);
  }

  /** `map` that returns a handle at once. */
  mapAsync<F extends ItemFunction>(
    fn: Target<F>,
    items: Iterable<ItemOf<F>>,
    options?: MapOptions & CallbackOptions<ResultOf<F>[]>,
  ): AsyncResult<ResultOf<F>[]> {
    return this.#calls.mapAsync(fn, items, options);
  }

  /** `starmap` that returns a handle at once. */
  starmapAsync<F extends AnyFunction>(
    fn: Target<F>,
    items: Iterable<Readonly<ArgumentsOf<F>>>,
    options?: MapOptions & CallbackOptions<ResultOf<F>[]>,
  ): AsyncResult<ResultOf<F>[]> {
    return this.#calls.starmapAsync(fn, items, options);
  }

  /**
   * Calls a function with each item of any input, which is read as the results are taken; in the order of the
   * items. Each item is a task: give a `chunkSize` for short ones.
   */
  imap<F extends ItemFunction>(
    fn: Target<F>,
    items: AnyIterable<ItemOf<F>>,
    options?: PlainStreamOptions,
  ): ResultIterator<ResultOf<F>>;
  imap<F extends ItemFunction>(
    fn: Target<F>,
    items: AnyIterable<ItemOf<F>>,
    options: SettlingOptions,
  ): ResultIterator<PromiseSettledResult<ResultOf<F>>>;
  imap<F extends ItemFunction>(
    fn: Target<F>,
    items: AnyIterable<ItemOf<F>>,
    options?: StreamOptions,
  ): ResultIterator<ResultOf<F> | PromiseSettledResult<ResultOf<F>>>;
  imap<F extends ItemFunction>(
    fn: Target<F>,
    items: AnyIterable<ItemOf<F>>,
    options?: StreamOptions,
  ): ResultIterator<unknown> {
    return this.#calls.imap(fn, items, options);
  }

  /** `imap` whose results come in the order in which they are done. */
  imapUnordered<F extends ItemFunction>(
    fn: Target<F>,
    items: AnyIterable<ItemOf<F>>,
    options?: PlainStreamOptions,
  ): ResultIterator<ResultOf<F>>;
  imapUnordered<F extends ItemFunction>(
    fn: Target<F>,
    items: AnyIterable<ItemOf<F>>,
    options: SettlingOptions,
  ): ResultIterator<PromiseSettledResult<ResultOf<F>>>;
  imapUnordered<F extends ItemFunction>(
    fn: Target<F>,
    items: AnyIterable<ItemOf<F>>,
    options?: StreamOptions,
  ): ResultIterator<ResultOf<F> | PromiseSettledResult<ResultOf<F>>>;
  imapUnordered<F extends ItemFunction>(
    fn: Target<F>,
    items: AnyIterable<ItemOf<F>>,
    options?: StreamOptions,
  ): ResultIterator<unknown> {
    return this.#calls.imapUnordered(fn, items, options);
  }

  /**
   * Calls a function, and returns a handle that tells its state. `cancel()` drops the call if no host is known to
   * have begun it; one that has just begun it is told to stop.
   */
  submit<F extends AnyFunction>(fn: Target<F>, ...args: ArgumentsOf<F>): Future<ResultOf<F>> {
    return this.#calls.submit(fn, ...args);
  }

  /** `submit` with options, such as a timeout that stops the work. */
  submitWith<F extends AnyFunction>(
    options: CallOptions,
    fn: Target<F>,
    ...args: ArgumentsOf<F>
  ): Future<ResultOf<F>> {
    return this.#calls.submitWith(options, fn, ...args);
  }

  /**
   * Fire and forget: leaves a call that is run whatever becomes of this program. Resolves to its id when Redis has
   * it; `result(id)` gives its result, also to another program.
   */
  async enqueue<F extends AnyFunction>(
    fn: Target<F>,
    ...[args, options]: ApplyArguments<F, EnqueueOptions>
  ): Promise<string> {
    return this.#executor.dispatcher.kept.enqueue(fn, args ?? [], options ?? {});
  }

  /**
   * The result of a call that `enqueue` left: waits for it. Rejects with what the function threw, and with
   * CallLostError when there is no such call, or its result was not kept any longer.
   *
   * @throws TimeoutError, or the signal's reason: the call goes on.
   */
  result(id: string, options?: WaitOptions): Promise<unknown> {
    return this.#executor.holding(this.#executor.dispatcher.kept.result(id, options));
  }

  /**
   * Counts and times of the worker hosts and of this pool's tasks. `workers` is what the hosts last said of
   * themselves; `started` counts hosts.
   */
  stats(): PoolStats {
    return this.#executor.stats();
  }

  /** The worker hosts whose lease has not run out, as Redis has them now. */
  hosts(): Promise<HostInfo[]> {
    return this.#executor.dispatcher.transport.hosts();
  }

  /** Waits until another task may wait: the backpressure of `maxQueue`. */
  async room(options?: WaitOptions): Promise<void> {
    await this.#executor.room(options);
  }

  /**
   * Accepts no more calls. Earlier calls are completed. With `cancelPending` those that no worker is known to have
   * begun are dropped, and reject with CancelledError.
   */
  close(options?: PoolCloseOptions): void {
    const cancels = optionalBoolean('cancelPending', optionsOf(options, '{ cancelPending: true }')?.cancelPending);
    this.#executor.close();
    if (cancels) this.#executor.cancelPending();
  }

  /**
   * Waits until all calls are completed and the connections are closed.
   *
   * @throws InvalidStateError before `close` or `terminate`; TimeoutError, or the signal's reason.
   */
  async join(options?: WaitOptions): Promise<void> {
    if (!this.#executor.closed) {
      throw new InvalidStateError(
        `${this.name} is still open, and join() would wait forever; call close() or terminate() first`,
      );
    }
    await withTimeout(this.#executor.join(), options, `the end of ${this.name}`);
  }

  /** Ends at once: calls that are not completed reject with PoolTerminatedError, and are stopped at the hosts. */
  async terminate(): Promise<void> {
    this.#executor.terminate();
    await this.#executor.join();
  }

  static {
    defineInspection<ClusterPool>(this, (pool) => {
      const { workers, tasks } = pool.stats();
      return {
        name: pool.name,
        state: pool.#executor.summary,
        workers: workers.live,
        waiting: tasks.waiting,
        running: tasks.running,
      };
    });
  }

  /** Leaving an `await using` block closes and joins. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.close();
    await this.join();
  }
}

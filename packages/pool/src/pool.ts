import {
  type AnyFunction,
  assertNotBootstrapping,
  type Destination,
  locate,
  type Target,
  type TargetRef,
  type WaitOptions,
  withinWait,
} from '@manycore/core';
import { AsyncResult } from './calls/async-result.js';
import { inCallerContext } from './calls/caller-context.js';
import { defaultChunkSize } from './calls/chunks.js';
import { Future } from './calls/future.js';
import { itemSource } from './calls/item-source.js';
import { checkArgumentLists, checkIterable, isIterable } from './calls/items.js';
import { MapCall } from './calls/map-call.js';
import { Reading } from './calls/reading.js';
import { ResultIterator } from './calls/result-iterator.js';
import { SingleCall } from './calls/single-call.js';
import { StreamCall } from './calls/stream-call.js';
import type { StreamPlan } from './calls/stream-plan.js';
import { Engine } from './engine/engine.js';
import { InvalidStateError } from './errors/invalid-state-error.js';
import { PoolClosedError } from './errors/pool-closed-error.js';
import { PoolFullError } from './errors/pool-full-error.js';
import {
  type CallbackOptions,
  type CallOptions,
  callSettings,
  chunkSizeOf,
  type MapOptions,
  readAheadOf,
  type StreamOptions,
} from './options/call-options.js';
import { optionalFunction } from './options/checks.js';
import type { PoolSettings } from './options/pool-options.js';
import { contextSnapshot } from './platform/context.js';
import { EndpointTransport, type Spawn } from './transport/endpoint-transport.js';
import type {
  AnyIterable,
  ApplyArguments,
  Item,
  ItemFunction,
  Result,
  UnknownFunction,
  UnknownItemFunction,
} from './types.js';

/** What a pool of threads and a pool of processes have in common: everything but their workers. */
export abstract class Pool implements AsyncDisposable {
  readonly name: string;
  readonly #kind: Destination;
  readonly #engine: Engine;

  protected constructor(kind: Destination, settings: PoolSettings, spawn: Spawn) {
    const { name, initializer, initArgs } = settings;
    assertNotBootstrapping(name);
    this.name = name;
    this.#kind = kind;
    const setup = { pool: name, initializer, initArgs };
    this.#engine = new Engine(settings, (events) => new EndpointTransport(spawn, setup, events));
  }

  /**
   * Calls a function in a worker. Rejects with what it throws, with WorkerDiedError when its worker ends
   * first, with BrokenPoolError when no worker can be started, and with PoolClosedError, PoolFullError,
   * TimeoutError or the signal's reason when that is why it is not run to its end.
   *
   * The arguments are copied when a worker takes the task: do not change them before.
   */
  async apply<F extends AnyFunction = UnknownFunction>(
    fn: Target<F>,
    ...[args, options]: ApplyArguments<F, CallOptions>
  ): Promise<Result<F>> {
    return (await this.#call(fn, args, options).promise) as Result<F>;
  }

  /**
   * Calls a function with each item, in workers; resolves to the results in the order of the items. The
   * first error rejects the whole; items that no worker has begun are dropped then.
   *
   * An item costs a message less the larger the chunks are: see `chunkSize`, by default
   * ceil(items / (4 × workers)), as in Python.
   */
  map<F extends ItemFunction = UnknownItemFunction>(
    fn: Target<F>,
    items: AnyIterable<Item<F>>,
    options?: MapOptions,
  ): Promise<Result<F>[]> {
    return this.#mapAny('map', fn, items, options) as Promise<Result<F>[]>;
  }

  /** `map` for functions of several parameters: each item is the array of a call's arguments. */
  starmap<F extends AnyFunction = UnknownFunction>(
    fn: Target<F>,
    items: AnyIterable<Readonly<Parameters<F>>>,
    options?: MapOptions,
  ): Promise<Result<F>[]> {
    return this.#mapAny('starmap', fn, items, options) as Promise<Result<F>[]>;
  }

  /** `apply` that returns a handle at once; throws at once where `apply` would reject for its arguments. */
  applyAsync<F extends AnyFunction = UnknownFunction>(
    fn: Target<F>,
    ...[args, options]: ApplyArguments<F, CallOptions & CallbackOptions<Result<F>>>
  ): AsyncResult<Result<F>> {
    checkCallbacks(options);
    const call = this.#call(fn, args, options);
    return asyncResult(call.target, call.promise as Promise<Result<F>>, options);
  }

  /** `map` that returns a handle at once. */
  mapAsync<F extends ItemFunction = UnknownItemFunction>(
    fn: Target<F>,
    items: Iterable<Item<F>>,
    options?: MapOptions & CallbackOptions<Result<F>[]>,
  ): AsyncResult<Result<F>[]> {
    return this.#mapAsync('map', fn, items, options);
  }

  /** `starmap` that returns a handle at once. */
  starmapAsync<F extends AnyFunction = UnknownFunction>(
    fn: Target<F>,
    items: Iterable<Readonly<Parameters<F>>>,
    options?: MapOptions & CallbackOptions<Result<F>[]>,
  ): AsyncResult<Result<F>[]> {
    return this.#mapAsync('starmap', fn, items, options);
  }

  /**
   * Calls a function with each item of any input, which is read as the results are taken: an endless or
   * huge one takes no more memory than the read-ahead. Results come in the order of the items.
   *
   * The first error ends the iteration, after the results before it; an error of the input as well. The
   * timeout is for the iteration as a whole.
   */
  imap<F extends ItemFunction = UnknownItemFunction>(
    fn: Target<F>,
    items: AnyIterable<Item<F>>,
    options?: StreamOptions,
  ): ResultIterator<Result<F>> {
    return this.#stream(true, fn, items, options);
  }

  /** `imap` whose results come in the order in which they are done. */
  imapUnordered<F extends ItemFunction = UnknownItemFunction>(
    fn: Target<F>,
    items: AnyIterable<Item<F>>,
    options?: StreamOptions,
  ): ResultIterator<Result<F>> {
    return this.#stream(false, fn, items, options);
  }

  /** Calls a function in a worker, and returns a handle that can be asked and, until it runs, cancelled. */
  submit<F extends AnyFunction = UnknownFunction>(
    fn: Target<F>,
    ...args: Parameters<F>
  ): Future<Result<F>> {
    return new Future<Result<F>>(this.#engine, this.#call(fn, args));
  }

  #call(fn: Target, args: readonly unknown[] = [], options?: CallOptions): SingleCall {
    const settings = callSettings(options);
    if (!Array.isArray(args)) throw new TypeError('args must be an array of arguments');
    const call = new SingleCall(this.#locate(fn), args, settings.timeout);
    this.#assertOpen(call.target);
    this.#assertRoom(call.target);
    return call.submit(this.#engine, settings);
  }

  async #mapAny(
    shape: 'map' | 'starmap',
    fn: Target,
    items: AnyIterable<unknown>,
    options: MapOptions | undefined,
  ): Promise<unknown[]> {
    const start = this.#map(shape, fn, options);
    checkIterable(items);
    // Not a tick later for what is at hand: whatever the caller does next comes after this call.
    if (isIterable(items)) return start([...items]).promise;
    const reading = new Reading(this.name);
    this.#engine.begin(reading);
    let call: MapCall;
    try {
      call = start(await reading.all(items, options));
    } finally {
      this.#engine.end(reading);
    }
    return call.promise;
  }

  /** Checks everything but the items; the function that it returns takes them. */
  #map(
    shape: 'map' | 'starmap',
    fn: Target,
    options: MapOptions | undefined,
  ): (items: readonly unknown[]) => MapCall {
    const settings = callSettings(options);
    const chunkSize = chunkSizeOf(options);
    const target = this.#locate(fn);
    this.#assertOpen(target);
    const onProgress = options?.onProgress && inCallerContext(options.onProgress);
    return (items) => {
      if (shape === 'starmap') checkArgumentLists(items);
      const size = chunkSize ?? defaultChunkSize(items.length, this.#engine.limits.max);
      const plan = { target, shape, items, chunkSize: size, onProgress };
      return new MapCall(this.#engine, plan, settings).submit();
    };
  }

  #mapAsync<T>(
    shape: 'map' | 'starmap',
    fn: Target,
    items: Iterable<unknown>,
    options: (MapOptions & CallbackOptions<T[]>) | undefined,
  ): AsyncResult<T[]> {
    checkCallbacks(options);
    const start = this.#map(shape, fn, options);
    checkIterable(items);
    if (!isIterable(items)) throw new TypeError(`${shape}Async takes no async iterable: use ${shape}()`);
    const call = start([...items]);
    return asyncResult(call.plan.target, call.promise as Promise<T[]>, options);
  }

  #stream<T>(
    ordered: boolean,
    fn: Target,
    items: AnyIterable<unknown>,
    options: StreamOptions | undefined,
  ): ResultIterator<T> {
    const settings = callSettings(options);
    const chunkSize = chunkSizeOf(options) ?? 1;
    const readAhead = readAheadOf(options, chunkSize, this.#engine.limits.max);
    const target = this.#locate(fn);
    this.#assertOpen(target);
    checkIterable(items);
    const plan: StreamPlan = {
      ...{ pool: this.name, target, ordered, chunkSize, readAhead },
      source: itemSource(items),
      onProgress: options?.onProgress && inCallerContext(options.onProgress),
      enter: contextSnapshot(),
    };
    return new ResultIterator((onResult) => new StreamCall(this.#engine, plan, settings, onResult));
  }

  #locate(fn: Target): TargetRef {
    return locate(fn, this.#kind);
  }

  #assertOpen({ name }: TargetRef): void {
    if (!this.#engine.closed) return;
    throw new PoolClosedError(`cannot run \`${name}\`: ${this.name} is closed; make a new pool`);
  }

  #assertRoom({ name }: TargetRef): void {
    if (this.#engine.hasRoom) return;
    throw new PoolFullError(
      `cannot run \`${name}\`: ${this.#engine.waiting} tasks wait already, as many as maxQueue of ` +
        `${this.name} allows; await room() before each call`,
    );
  }

  /** Waits until another task may wait: the backpressure of `maxQueue`. */
  async room(options?: WaitOptions): Promise<void> {
    let leave: (() => void) | undefined;
    const room = new Promise<void>((resolve) => {
      leave = this.#engine.whenRoom(resolve);
    });
    try {
      await withinWait(room, options, `room in the queue of ${this.name}`);
    } finally {
      leave?.();
    }
  }

  /** Accepts no more calls. What was called is still done; then the workers leave. */
  close(): void {
    this.#engine.close();
  }

  /**
   * Waits until everything that was called is done and every worker is gone.
   *
   * @throws InvalidStateError before `close` or `terminate`; TimeoutError, or the signal's reason.
   */
  async join(options?: WaitOptions): Promise<void> {
    if (!this.#engine.closed) {
      throw new InvalidStateError(
        `${this.name} is still open and would be joined for ever; call close() or terminate() first`,
      );
    }
    await withinWait(this.#engine.join(), options, `the end of ${this.name}`);
  }

  /**
   * Ends all workers at once. What was called and is not done rejects with PoolTerminatedError. Resolves
   * when every worker is gone; nobody needs to wait for that.
   */
  async terminate(): Promise<void> {
    this.#engine.terminate();
    await this.#engine.join();
  }

  /** Leaving an `await using` block closes and joins. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.close();
    await this.join();
  }
}

function checkCallbacks<T>(options: CallbackOptions<T> | undefined): void {
  optionalFunction('callback', options?.callback);
  optionalFunction('errorCallback', options?.errorCallback);
}

function asyncResult<T>(
  target: TargetRef,
  promise: Promise<T>,
  options: CallbackOptions<T> | undefined,
): AsyncResult<T> {
  const { callback, errorCallback } = options ?? {};
  // An error that a callback throws is an unhandled rejection; one that a callback takes is not.
  if (callback || errorCallback) void promise.then(callback, errorCallback ?? (() => undefined));
  return new AsyncResult(target.name, promise);
}

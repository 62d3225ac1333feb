import type { AnyFunction, Target } from '@manycore/core';
import { functionLabel, type TargetRef } from '@manycore/core/internal';
import { PoolClosedError, PoolFullError } from '../errors.js';
import type { CallExecutor } from '../executor/call.js';
import {
  type CallbackOptions,
  type CallOptions,
  callSettings,
  type MapOptions,
  type PlainStreamOptions,
  type SettlingOptions,
  type StreamOptions,
} from '../options/call-options.js';
import type {
  AnyIterable,
  ApplyArguments,
  Arguments,
  Item,
  ItemFunction,
  Result,
} from '../types.js';
import { AsyncResult } from './async-result.js';
import { callBack, callbacksOf } from './callback.js';
import { collectItems, whileOpen } from './collect-items.js';
import { Future } from './future.js';
import { checkItemFunction, checkIterable, isIterable } from './item-source.js';
import { mapCall } from './map-call.js';
import { openStream, type ResultIterator } from './result-iterator.js';
import { promised, SingleCall } from './single-call.js';

/** The forms of a call that do not block: what every pool has, wherever its workers are. */
export class CallForms {
  readonly #executor: CallExecutor;
  readonly #locate: (fn: Target) => TargetRef;

  /**
   * `locate` says where workers find a function, and throws TargetNotFoundError for one that they could not find.
   *
   * @internal
   */
  constructor(executor: CallExecutor, locate: (fn: Target) => TargetRef) {
    this.#executor = executor;
    this.#locate = locate;
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
    return openStream(this.#executor, this.target(fn), true, items, options);
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
    return openStream(this.#executor, this.target(fn), false, items, options);
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

  #call(fn: Target, args: readonly unknown[] = [], options?: CallOptions): SingleCall {
    const settings = callSettings(options);
    const { signal } = settings;
    if (!Array.isArray(args)) throw new TypeError('args must be an array of arguments');
    const target = this.target(fn);
    if (!this.#executor.hasRoom) {
      throw new PoolFullError(
        `cannot run ${functionLabel(target.name)}: ${this.#executor.waiting} tasks wait already, as many as ` +
          `maxQueue of ${this.#executor.pool} allows; await room() before each call`,
      );
    }
    const call = new SingleCall(target, args, settings);
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
    const call = mapCall(this.#executor, shape, this.target(fn), options);
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
    const call = mapCall(this.#executor, shape, this.target(fn), options);
    checkIterable(items);
    if (!isIterable(items)) throw new TypeError(`${shape}Async takes no async iterable: use ${shape}()`);
    const promise = whileOpen(this.#executor, () => call.start([...items])) as Promise<T[]>;
    callBack(promise, call.target.name, callbacks);
    return new AsyncResult(call.target.name, promise);
  }

  /**
   * Where workers find a function.
   *
   * @throws TargetNotFoundError for one that no worker could find; PoolClosedError.
   * @internal
   */
  protected target(fn: Target): TargetRef {
    const target = this.#locate(fn);
    if (!this.#executor.closed) return target;
    throw new PoolClosedError(
      `cannot run ${functionLabel(target.name)}: ${this.#executor.pool} is closed; make a new pool`,
    );
  }
}

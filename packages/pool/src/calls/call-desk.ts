import type { Target } from '@manycore/core';
import { type Destination, locate, type TargetRef } from '@manycore/core/internal';
import type { Engine } from '../engine/engine.js';
import { PoolClosedError } from '../errors/pool-closed-error.js';
import { PoolFullError } from '../errors/pool-full-error.js';
import {
  type CallbackOptions,
  type CallOptions,
  callSettings,
  chunkSizeOf,
  type MapOptions,
  type Progress,
  readAheadOf,
  type StreamOptions,
  type SyncMapOptions,
} from '../options/call-options.js';
import { optionalBoolean, optionalFunction } from '../options/checks.js';
import { contextSnapshot } from '../platform/context.js';
import { isTraced, traceBlocking } from '../platform/diagnostics.js';
import type { SyncCaller } from '../sync/sync-caller.js';
import type { AnyIterable } from '../types.js';
import { AsyncResult } from './async-result.js';
import { callback } from './callback.js';
import { defaultChunkSize } from './chunks.js';
import { itemSource } from './item-source.js';
import { checkArgumentLists, checkIterable, isIterable } from './items.js';
import { MapCall } from './map-call.js';
import { Reading } from './reading.js';
import { ResultIterator } from './result-iterator.js';
import { SingleCall } from './single-call.js';
import { StreamCall } from './stream-call.js';
import type { StreamPlan } from './stream-plan.js';

/** Takes what callers ask of a pool, checks it, and makes the calls. */
export class CallDesk {
  readonly #pool: string;
  readonly #kind: Destination;
  readonly #engine: Engine;
  readonly #sync: SyncCaller;

  constructor(pool: string, kind: Destination, engine: Engine, sync: SyncCaller) {
    this.#pool = pool;
    this.#kind = kind;
    this.#engine = engine;
    this.#sync = sync;
  }

  runSync(
    shape: 'call' | 'map',
    fn: Target,
    values: readonly unknown[] | undefined,
    options: SyncMapOptions | undefined,
  ): unknown {
    if ((options as CallOptions | undefined)?.signal !== undefined) {
      throw new TypeError('a blocking call takes no signal: nothing could abort it meanwhile');
    }
    if (values !== undefined && !Array.isArray(values)) {
      throw new TypeError('args must be an array of arguments');
    }
    const { timeout, priority, retries } = callSettings(options);
    const chunkSize = chunkSizeOf(options);
    const target = this.#locate(fn);
    this.#assertOpen(target);
    const call = { shape, target, values: values ?? [], chunkSize, timeout, priority, retries };
    const run = (): unknown => this.#sync.run(call);
    if (!isTraced()) return run();
    const items = shape === 'call' ? 1 : call.values.length;
    const place = { pool: this.#pool, name: target.name, id: 0, priority, items };
    return traceBlocking({ ...place, submittedAt: performance.now(), blocking: true }, run);
  }

  call(fn: Target, args: readonly unknown[] = [], options?: CallOptions): SingleCall {
    const settings = callSettings(options);
    if (!Array.isArray(args)) throw new TypeError('args must be an array of arguments');
    const call = new SingleCall(this.#locate(fn), args, settings.timeout);
    this.#assertOpen(call.target);
    this.#assertRoom(call.target);
    return call.submit(this.#engine, settings);
  }

  callAsync<T>(
    fn: Target,
    args: readonly unknown[] | undefined,
    options: (CallOptions & CallbackOptions<T>) | undefined,
  ): AsyncResult<T> {
    const tell = callbacksOf(options);
    const call = this.call(fn, args, options);
    return asyncResult(call.target, call.promise as Promise<T>, tell);
  }

  async mapAny(
    shape: 'map' | 'starmap',
    fn: Target,
    items: AnyIterable<unknown>,
    options: MapOptions | undefined,
  ): Promise<unknown[]> {
    const { start, name } = this.map(shape, fn, options);
    checkIterable(items);
    // Not a tick later for what is at hand: whatever the caller does next comes after this call.
    if (isIterable(items)) return this.#accepting(() => start([...items])).promise;
    const reading = new Reading(this.#pool, name);
    this.#engine.begin(reading);
    let call: MapCall;
    try {
      call = start(await reading.all(items, options));
    } finally {
      this.#engine.end(reading);
    }
    return call.promise;
  }

  /** Checks everything but the items, which `start` takes. */
  map(
    shape: 'map' | 'starmap',
    fn: Target,
    options: MapOptions | undefined,
  ): { readonly name: string; readonly start: (items: readonly unknown[]) => MapCall } {
    const settings = callSettings(options);
    const chunkSize = chunkSizeOf(options);
    const target = this.#locate(fn);
    this.#assertOpen(target);
    const onProgress = progressOf(target, options);
    const start = (items: readonly unknown[]): MapCall => {
      if (shape === 'starmap') checkArgumentLists(items);
      const size = chunkSize ?? defaultChunkSize(items.length, this.#engine.limits.max);
      const plan = { target, shape, items, chunkSize: size, onProgress };
      return new MapCall(this.#engine, plan, settings).submit();
    };
    return { name: target.name, start };
  }

  mapAsync<T>(
    shape: 'map' | 'starmap',
    fn: Target,
    items: Iterable<unknown>,
    options: (MapOptions & CallbackOptions<T[]>) | undefined,
  ): AsyncResult<T[]> {
    const tell = callbacksOf(options);
    const { start } = this.map(shape, fn, options);
    checkIterable(items);
    if (!isIterable(items)) throw new TypeError(`${shape}Async takes no async iterable: use ${shape}()`);
    const call = this.#accepting(() => start([...items]));
    return asyncResult(call.plan.target, call.promise as Promise<T[]>, tell);
  }

  stream<T>(
    ordered: boolean,
    fn: Target,
    items: AnyIterable<unknown>,
    options: StreamOptions | undefined,
  ): ResultIterator<T> {
    const settings = callSettings(options);
    const chunkSize = chunkSizeOf(options) ?? 1;
    const settle = optionalBoolean('settle', options?.settle);
    const readAhead = readAheadOf(options, chunkSize, this.#engine.limits.max);
    const target = this.#locate(fn);
    const onProgress = progressOf(target, options);
    this.#assertOpen(target);
    checkIterable(items);
    return this.#accepting(() => {
      const plan: StreamPlan = {
        ...{ pool: this.#pool, target, ordered, chunkSize, readAhead },
        source: itemSource(items),
        onProgress,
        enter: contextSnapshot(),
      };
      const start = (onResult: () => void): StreamCall =>
        new StreamCall(this.#engine, plan, settings, onResult);
      return new ResultIterator(start, settle === true);
    });
  }

  /** Begins a call whose input is the caller's code, which may close the pool: the call came before that. */
  #accepting<R>(begin: () => R): R {
    const ignore = (): void => undefined;
    const call = { poolJoined: ignore, pendingCancelled: ignore, poolTerminated: ignore };
    this.#engine.begin(call);
    try {
      return begin();
    } finally {
      this.#engine.end(call);
    }
  }

  #locate(fn: Target): TargetRef {
    return locate(fn, this.#kind);
  }

  #assertOpen({ name }: TargetRef): void {
    if (!this.#engine.closed) return;
    throw new PoolClosedError(`cannot run \`${name}\`: ${this.#pool} is closed; make a new pool`);
  }

  #assertRoom({ name }: TargetRef): void {
    if (this.#engine.hasRoom) return;
    throw new PoolFullError(
      `cannot run \`${name}\`: ${this.#engine.waiting} tasks wait already, as many as maxQueue of ` +
        `${this.#pool} allows; await room() before each call`,
    );
  }
}

/** The callbacks of a call, each read once. */
function callbacksOf<T>(options: CallbackOptions<T> | undefined): CallbackOptions<T> {
  return {
    callback: optionalFunction('callback', options?.callback),
    errorCallback: optionalFunction('errorCallback', options?.errorCallback),
  };
}

function progressOf(
  { name }: TargetRef,
  options: MapOptions | undefined,
): ((progress: Progress) => void) | undefined {
  const onProgress = optionalFunction('onProgress', options?.onProgress);
  return onProgress && callback(`onProgress of \`${name}\``, onProgress);
}

function asyncResult<T>(
  { name }: TargetRef,
  promise: Promise<T>,
  { callback: onValue, errorCallback: onError }: CallbackOptions<T>,
): AsyncResult<T> {
  if (onValue || onError) {
    const ignore = (): void => undefined;
    void promise.then(
      onValue ? callback(`callback of \`${name}\``, onValue) : ignore,
      onError ? callback(`errorCallback of \`${name}\``, onError) : ignore,
    );
  }
  return new AsyncResult(name, promise);
}

import { onAbort, type TargetRef } from '@manycore/core/internal';
import { cancellation } from '../errors.js';
import type { CallExecutor, OpenCall, PoolTask } from '../executor/call.js';
import {
  type CallSettings,
  callSettings,
  chunkSizeOf,
  type MapOptions,
  type Progress,
} from '../options/call-options.js';
import type { TaskResult } from '../scheduler/records.js';
import { progressOf } from './callback.js';
import { Chunk, type ChunkOwner, defaultChunkSize } from './chunk.js';
import { checkArgumentLists } from './item-source.js';

/** What a `map` calls, and how. */
export interface MapPlan {
  readonly target: TargetRef;
  readonly shape: 'map' | 'starmap';
  /** undefined: by the number of items and workers. */
  readonly chunkSize: number | undefined;
  readonly onProgress: ((progress: Progress) => void) | undefined;
}

/** A `map` or `starmap`, checked but for its items. @throws TypeError, RangeError naming the option. */
export function mapCall(
  executor: CallExecutor,
  shape: 'map' | 'starmap',
  target: TargetRef,
  options: MapOptions | undefined,
): MapCall {
  const settings = callSettings(options);
  const chunkSize = chunkSizeOf(options);
  const onProgress = progressOf(target.name, options);
  return new MapCall(executor, { target, shape, chunkSize, onProgress }, settings);
}

/**
 * One call for each of many items: a task per chunk. The first error of a chunk rejects the whole call:
 * then its waiting chunks are dropped, and the results of its running chunks are ignored.
 */
export class MapCall implements OpenCall, ChunkOwner {
  readonly target: TargetRef;
  readonly shape: 'map' | 'starmap';
  readonly wantsPartial = false;
  readonly timeout: number;
  readonly promise: Promise<unknown[]>;
  readonly #executor: CallExecutor;
  readonly #plan: MapPlan;
  readonly #settings: CallSettings;
  #items: readonly unknown[] = [];
  #results: unknown[] = [];
  #chunkSize = 1;
  readonly #tasks = new Set<PoolTask>();
  #resolve!: (values: unknown[]) => void;
  #reject!: (error: unknown) => void;
  #unwatch: (() => void) | undefined;
  #done = 0;
  #over = false;

  constructor(executor: CallExecutor, plan: MapPlan, settings: CallSettings) {
    this.#executor = executor;
    this.#plan = plan;
    this.#settings = settings;
    this.target = plan.target;
    this.shape = plan.shape;
    this.timeout = settings.timeout;
    this.promise = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  /** @throws TypeError for an item of a `starmap` that is no array. */
  start(items: readonly unknown[]): Promise<unknown[]> {
    if (this.shape === 'starmap') checkArgumentLists(items);
    const { signal } = this.#settings;
    if (signal?.aborted) {
      this.#fail(signal.reason);
      return this.promise;
    }
    if (items.length === 0) {
      this.#over = true;
      this.#resolve([]);
      return this.promise;
    }
    this.#items = items;
    this.#results = new Array<unknown>(items.length);
    this.#chunkSize = this.#plan.chunkSize ?? defaultChunkSize(items.length, this.#executor.capacity);
    if (signal) this.#unwatch = onAbort(signal, () => this.#stop(signal.reason));
    this.#executor.begin(this);
    this.#submitFrom(0);
    return this.promise;
  }

  poolJoined(): void {
    // All its input is in memory.
  }

  pendingCancelled(): void {
    this.#fail(cancellation(this.target.name));
    this.#executor.end(this);
  }

  poolTerminated(): void {
    // Its tasks are terminated.
  }

  /** Submits the chunks from this item on, as far as the queue has room for them. */
  #submitFrom(start: number): void {
    const items = this.#items;
    for (let offset = start; offset < items.length && !this.#over; offset += this.#chunkSize) {
      if (!this.#executor.hasRoom) {
        const rest = offset;
        this.#executor.whenRoom(() => this.#submitFrom(rest));
        return;
      }
      const length = Math.min(this.#chunkSize, items.length - offset);
      const chunk = new Chunk(this, offset, items, offset, length);
      const task = this.#executor.submit(chunk, this.#settings);
      if (task.state === 'settled') continue;
      chunk.task = task;
      this.#tasks.add(task);
    }
    this.#executor.end(this);
  }

  chunkSettled(chunk: Chunk, result: TaskResult, error: unknown): void {
    if (chunk.task) this.#tasks.delete(chunk.task);
    if (this.#over) return;
    if (result.status !== 'ok') {
      this.#fail(error);
      return;
    }
    const values = result.value as unknown[];
    for (let index = 0; index < values.length; index += 1) {
      this.#results[chunk.offset + index] = values[index];
    }
    this.#done += values.length;
    const total = this.#items.length;
    this.#report(total);
    if (this.#done < total) return;
    this.#over = true;
    this.#unwatch?.();
    this.#resolve(this.#results);
  }

  /** In a microtask of its own: the callback may call the pool, which is in the middle of a step. */
  #report(total: number): void {
    const { onProgress } = this.#plan;
    if (!onProgress) return;
    const done = this.#done;
    queueMicrotask(() => onProgress({ done, total }));
  }

  /** A chunk failed: its waiting chunks are dropped, those that run may finish. */
  #fail(error: unknown): void {
    if (this.#over) return;
    this.#over = true;
    this.#unwatch?.();
    this.#reject(error);
    for (const task of this.#tasks) this.#executor.abortUnbegun(task, error);
  }

  /** The caller aborted the whole call. */
  #stop(reason: unknown): void {
    this.#over = true;
    this.#reject(reason);
    for (const task of this.#tasks) this.#executor.abort(task, reason);
  }
}

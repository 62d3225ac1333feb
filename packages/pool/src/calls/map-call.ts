import { onAbort, type TargetRef } from '@manycore/core/internal';
import type { Engine } from '../engine/engine.js';
import type { Outcome } from '../engine/outcome.js';
import type { OpenCall, WorkItem, WorkTask } from '../engine/work.js';
import { cancellation } from '../errors/cancellation.js';
import type { CallSettings, Progress } from '../options/call-options.js';

/** What a `map` is about. */
export interface MapPlan {
  readonly target: TargetRef;
  readonly shape: 'map' | 'starmap';
  readonly items: readonly unknown[];
  readonly chunkSize: number;
  readonly onProgress: ((progress: Progress) => void) | undefined;
}

/**
 * One call for each of many items: a task per chunk. Its first error is the whole call's: what waits of
 * it is dropped then, and what runs of it runs to its end unheard.
 */
export class MapCall implements OpenCall {
  readonly plan: MapPlan;
  readonly timeout: number;
  readonly promise: Promise<unknown[]>;
  readonly #engine: Engine;
  readonly #settings: CallSettings;
  readonly #results: unknown[];
  readonly #tasks = new Set<WorkTask>();
  #resolve!: (values: unknown[]) => void;
  #reject!: (error: unknown) => void;
  #unwatch: (() => void) | undefined;
  #done = 0;
  #over = false;

  constructor(engine: Engine, plan: MapPlan, settings: CallSettings) {
    this.#engine = engine;
    this.plan = plan;
    this.#settings = settings;
    this.timeout = settings.timeout;
    this.#results = new Array<unknown>(plan.items.length);
    this.promise = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  submit(): this {
    const { signal } = this.#settings;
    const { items, chunkSize } = this.plan;
    if (signal?.aborted) {
      this.#fail(signal.reason);
      return this;
    }
    if (items.length === 0) {
      this.#over = true;
      this.#resolve([]);
      return this;
    }
    if (signal) this.#unwatch = onAbort(signal, () => this.#stop(signal.reason));
    this.#engine.begin(this);
    this.#feed(0, chunkSize);
    return this;
  }

  poolJoined(): void {
    // All its input is there already.
  }

  pendingCancelled(): void {
    this.#fail(cancellation(this.plan.target.name));
    this.#engine.end(this);
  }

  poolTerminated(): void {
    // Its tasks are told.
  }

  /** Submits the chunks, as far as the queue has room for them. */
  #feed(start: number, chunkSize: number): void {
    const { items } = this.plan;
    let offset = start;
    for (; offset < items.length && !this.#over; offset += chunkSize) {
      if (!this.#engine.hasRoom) {
        const rest = offset;
        this.#engine.whenRoom(() => this.#feed(rest, chunkSize));
        return;
      }
      const chunk = new Chunk(this, offset, Math.min(offset + chunkSize, items.length));
      const task = this.#engine.submit(chunk, this.#settings);
      if (task.state === 'settled') continue;
      chunk.task = task;
      this.#tasks.add(task);
    }
    this.#engine.end(this);
  }

  chunkSettled(chunk: Chunk, outcome: Outcome): void {
    if (chunk.task) this.#tasks.delete(chunk.task);
    if (this.#over) return;
    if (!outcome.ok) {
      this.#fail(outcome.error);
      return;
    }
    const values = outcome.value as unknown[];
    for (let index = 0; index < values.length; index += 1) {
      this.#results[chunk.offset + index] = values[index];
    }
    this.#done += values.length;
    const total = this.plan.items.length;
    this.#report(total);
    if (this.#done < total) return;
    this.#over = true;
    this.#unwatch?.();
    this.#resolve(this.#results);
  }

  /** In a microtask of its own: the callback may do anything with the pool, which is in the middle of a step. */
  #report(total: number): void {
    const { onProgress } = this.plan;
    if (!onProgress) return;
    const done = this.#done;
    queueMicrotask(() => onProgress({ done, total }));
  }

  /** An error of one chunk: what waits is dropped, what has begun may finish. */
  #fail(error: unknown): void {
    if (this.#over) return;
    this.#over = true;
    this.#unwatch?.();
    this.#reject(error);
    for (const task of this.#tasks) {
      if (task.state === 'waiting') this.#engine.abort(task, error);
    }
  }

  /** The caller gives the whole call up. */
  #stop(reason: unknown): void {
    this.#over = true;
    this.#reject(reason);
    for (const task of this.#tasks) this.#engine.abort(task, reason);
  }
}

/** Some neighbouring items of a `map`. */
class Chunk implements WorkItem {
  readonly root = 'items';
  readonly wantsPartial = false;
  readonly offset: number;
  readonly #end: number;
  readonly #call: MapCall;
  task: WorkTask | undefined;

  constructor(call: MapCall, offset: number, end: number) {
    this.#call = call;
    this.offset = offset;
    this.#end = end;
  }

  get target(): TargetRef {
    return this.#call.plan.target;
  }

  get shape(): 'map' | 'starmap' {
    return this.#call.plan.shape;
  }

  get values(): readonly unknown[] {
    return this.#call.plan.items.slice(this.offset, this.#end);
  }

  get timeout(): number {
    return this.#call.timeout;
  }

  settle(outcome: Outcome): void {
    this.#call.chunkSettled(this, outcome);
  }
}

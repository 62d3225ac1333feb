import type { TargetRef } from '@manycore/core/internal';
import type { CallPayload, PoolTask } from '../executor/call.js';
import type { TaskResult } from '../scheduler/records.js';

/** How many chunks a worker gets of one `map`, by Python's rule: some, so that unequal items even out. */
export const chunksPerWorker = 4;

/** How many items make one task of a `map`: ceil(items / (4 × workers)), as in Python's Pool.map. */
export function defaultChunkSize(items: number, workers: number): number {
  return Math.max(Math.ceil(items / (chunksPerWorker * workers)), 1);
}

/** The call that a chunk belongs to. */
export interface ChunkOwner {
  readonly target: TargetRef;
  readonly shape: 'map' | 'starmap';
  readonly wantsPartial: boolean;
  readonly timeout: number;
  /** `error` is what the caller gets, unless the result is `ok`. */
  chunkSettled(chunk: Chunk, result: TaskResult, error: unknown): void;
}

/** Some neighbouring items of a call: the payload of one task. */
export class Chunk implements CallPayload {
  readonly root = 'items';
  /** The number of its first item in the call. */
  readonly offset: number;
  readonly length: number;
  readonly #owner: ChunkOwner;
  readonly #items: readonly unknown[];
  readonly #start: number;
  /** Its task, once it is submitted. */
  task: PoolTask | undefined;

  /** `items` are those of the chunk, from `start` on: `length` of them. */
  constructor(owner: ChunkOwner, offset: number, items: readonly unknown[], start: number, length: number) {
    this.#owner = owner;
    this.offset = offset;
    this.length = length;
    this.#items = items;
    this.#start = start;
  }

  get target(): TargetRef {
    return this.#owner.target;
  }

  get shape(): 'map' | 'starmap' {
    return this.#owner.shape;
  }

  get wantsPartial(): boolean {
    return this.#owner.wantsPartial;
  }

  get timeout(): number {
    return this.#owner.timeout;
  }

  /** Cut out when the chunk is sent: until then the items are in memory once. */
  get values(): readonly unknown[] {
    if (this.length === this.#items.length) return this.#items;
    return this.#items.slice(this.#start, this.#start + this.length);
  }

  settle(result: TaskResult, error: unknown): void {
    this.#owner.chunkSettled(this, result, error);
  }
}

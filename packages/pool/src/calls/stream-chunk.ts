import type { TargetRef } from '@manycore/core/internal';
import type { Outcome } from '../engine/outcome.js';
import type { WorkItem, WorkTask } from '../engine/work.js';
import type { Shape } from '../transport/job.js';
import type { ChunkResults } from './result-buffer.js';

/** The call that a chunk belongs to. */
export interface ChunkOwner {
  readonly target: TargetRef;
  readonly timeout: number;
  chunkSettled(chunk: StreamChunk, outcome: Outcome): void;
}

/** Some neighbouring items of an `imap`. */
export class StreamChunk implements WorkItem {
  readonly shape: Shape = 'map';
  readonly root = 'items';
  readonly wantsPartial = true;
  readonly values: readonly unknown[];
  readonly offset: number;
  readonly results: ChunkResults;
  readonly #owner: ChunkOwner;
  task: WorkTask | undefined;

  constructor(
    owner: ChunkOwner,
    items: readonly unknown[],
    offset: number,
    results: ChunkResults,
  ) {
    this.#owner = owner;
    this.values = items;
    this.offset = offset;
    this.results = results;
  }

  get target(): TargetRef {
    return this.#owner.target;
  }

  get timeout(): number {
    return this.#owner.timeout;
  }

  settle(outcome: Outcome): void {
    this.#owner.chunkSettled(this, outcome);
  }
}

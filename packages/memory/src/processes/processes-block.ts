import { ManycoreError } from '@manycore/core';
import type { Destination } from '@manycore/core/internal';

import type { Owners, Parker, Scope, SharedBlock } from '../shared-block.js';
import { arena, type Allocation } from './arena.js';
import { BlockLease } from './lease/block-lease.js';
import type { Segment } from './segment.js';
import { attachSegment, segmentState, type SegmentState } from './segments.js';

/** What crosses to another thread or process. */
export interface ProcessesState {
  readonly scope: 'processes';
  readonly segment: SegmentState;
  readonly offset: number;
  readonly byteLength: number;
  /** Which use of the memory of an arena it is. */
  readonly generation: number | undefined;
}

/** While the program has a view of a block, the block's memory must not be used for another. */
const viewed = new WeakMap<object, SharedBlock>();

/** A block that threads of several processes share: a piece of a segment. */
export class ProcessesBlock implements SharedBlock {
  readonly scope: Scope = 'processes';
  readonly words: Int32Array;
  readonly bytes: Uint8Array;
  readonly parker: Parker;
  readonly owners: Owners;
  readonly #allocation: Allocation;

  constructor(allocation: Allocation) {
    this.#allocation = allocation;
    const { segment, offset, byteLength } = allocation;
    this.words = new Int32Array(segment.buffer, offset, byteLength / 4);
    this.bytes = new Uint8Array(segment.buffer, offset, byteLength);
    ({ parker: this.parker, owners: this.owners } = segment.tables);
    viewed.set(this.words, this);
    viewed.set(this.bytes, this);
  }

  static allocate(byteLength: number): ProcessesBlock {
    return new ProcessesBlock(arena.allocate(byteLength));
  }

  static attach({ segment: state, offset, byteLength, generation }: ProcessesState): ProcessesBlock {
    const segment = attachSegment(state);
    const lease = generation === undefined ? undefined : attachLease(segment, offset, generation);
    return new ProcessesBlock({ segment, offset, byteLength, lease });
  }

  /** Keeps the memory from being used again. */
  expose(): void {
    this.#allocation.lease?.pin();
  }

  /** For a block that has a segment of its own: what it was sent to has exited, and may not have received it. */
  noteLost(): void {
    const { segment, lease } = this.#allocation;
    if (!lease) segment.counters?.lost();
  }

  detach(to: Destination): ProcessesState {
    const { segment, offset, byteLength, lease } = this.#allocation;
    lease?.noteSent();
    const state = segmentState(segment, to);
    return { scope: 'processes', segment: state, offset, byteLength, generation: lease?.generation };
  }
}

/** This thread's lease of a block that arrived. */
function attachLease(segment: Segment, offset: number, generation: number): BlockLease {
  const lease = BlockLease.attach(segment, offset, generation);
  if (!lease) {
    throw new ManycoreError(
      'MANYCORE_SHARED_MEMORY',
      'this shared memory is gone: the message that held it was received before, and every receiver has dropped it',
    );
  }
  return lease;
}

import type { Destination } from '@manycore/core';

import type { Owners } from '../owners.js';
import type { Parker } from '../parker.js';
import type { Scope } from '../scope.js';
import type { SharedBlock } from '../shared-block.js';
import { arena, type Lot } from './arena.js';
import { attachSegment, segmentState, type SegmentState } from './segments.js';

/** What crosses to another thread or process. */
export interface ProcessesState {
  readonly scope: 'processes';
  readonly segment: SegmentState;
  readonly offset: number;
  readonly byteLength: number;
}

/** While someone has a view of a block, the block's memory must not be used for another. */
const viewed = new WeakMap<object, SharedBlock>();

/** A block that threads of several processes share: a piece of a segment. */
export class ProcessesBlock implements SharedBlock {
  readonly scope: Scope = 'processes';
  readonly words: Int32Array;
  readonly bytes: Uint8Array;
  readonly parker: Parker;
  readonly owners: Owners;
  readonly #lot: Lot;

  constructor(lot: Lot) {
    this.#lot = lot;
    const { segment, offset, byteLength } = lot;
    this.words = new Int32Array(segment.buffer, offset, byteLength / 4);
    this.bytes = new Uint8Array(segment.buffer, offset, byteLength);
    ({ parker: this.parker, owners: this.owners } = segment.lot);
    viewed.set(this.words, this);
    viewed.set(this.bytes, this);
  }

  static allocate(byteLength: number): ProcessesBlock {
    const lot = arena.allocate(byteLength);
    const block = new ProcessesBlock(lot);
    arena.reclaimWith(block, lot);
    return block;
  }

  static attach({ segment, offset, byteLength }: ProcessesState): ProcessesBlock {
    return new ProcessesBlock({
      segment: attachSegment(segment),
      offset,
      byteLength,
      shared: true,
    });
  }

  /** Keeps the memory from being used again. */
  expose(): void {
    this.#lot.shared = true;
  }

  detach(to: Destination): ProcessesState {
    const { segment, offset, byteLength } = this.#lot;
    this.expose();
    return { scope: 'processes', segment: segmentState(segment, to), offset, byteLength };
  }
}

import { sharedState } from '@manycore/core';

import { nativeBackend } from '../native/backend.js';
import { blocksAt, type Segment } from './segment.js';
import { segmentTable } from './segment-table.js';
import { createSegment, mapOpen } from './segments.js';

const mebibyte = 2 ** 20;
const page = 65_536;
const firstSegment = mebibyte;
const largestSegment = 64 * mebibyte;

/** Larger blocks get a segment of their own, which goes back to the system when nobody has it. */
const largestShared = 64 * 1024;

/** A piece of a segment. */
export interface Lot {
  readonly segment: Segment;
  /** In bytes, like `byteLength`; both are multiples of 64. */
  readonly offset: number;
  readonly byteLength: number;
  /** Whether others may know of the piece, so that it cannot be used again. */
  shared: boolean;
}

/**
 * Where this thread allocates blocks for scope 'processes'. Only this thread does, so the arena needs no
 * lock, and dying in it hurts nobody. A piece that never left the thread is used again when its block was
 * collected. One that was sent stays as it is until the process ends: nobody could tell whether someone,
 * somewhere, is about to receive it.
 */
class Arena {
  readonly #segments: Segment[] = [];
  /** Pieces to use again, by length. */
  readonly #free = new Map<number, Lot[]>();
  readonly #collected = new FinalizationRegistry<Lot>((lot) => this.#reuse(lot));

  /** A piece of memory, all zero. */
  allocate(byteLength: number): Lot {
    const used = this.#free.get(byteLength)?.pop();
    if (used) return used;
    const segment = byteLength > largestShared ? own(byteLength) : this.#withRoom(byteLength);
    return { segment, offset: segment.take(byteLength), byteLength, shared: false };
  }

  /** Takes the piece back when `owner` was collected, unless it is `shared` by then. */
  reclaimWith(owner: object, lot: Lot): void {
    if (lot.segment.kept) this.#collected.register(owner, lot);
  }

  #withRoom(byteLength: number): Segment {
    const last = this.#segments.at(-1);
    if (last && last.room >= byteLength) return last;
    // Threads that have ended left segments behind; others may use what they allocated there.
    for (;;) {
      const descriptor = segmentTable.inherit();
      if (descriptor === undefined) break;
      const segment = mapOpen(nativeBackend().describeSegment(descriptor), true);
      if (segment.room < byteLength) continue;
      this.#segments.push(segment);
      return segment;
    }
    const size = Math.min(firstSegment * 4 ** this.#segments.length, largestSegment);
    const segment = createSegment(size, true);
    segment.format();
    this.#segments.push(segment);
    return segment;
  }

  #reuse(lot: Lot): void {
    if (lot.shared) return;
    new Uint8Array(lot.segment.buffer, lot.offset, lot.byteLength).fill(0);
    const free = this.#free.get(lot.byteLength);
    if (free) free.push(lot);
    else this.#free.set(lot.byteLength, [lot]);
  }
}

function own(byteLength: number): Segment {
  const segment = createSegment(Math.ceil((blocksAt + byteLength) / page) * page, false);
  segment.format();
  return segment;
}

export const arena: Arena = sharedState('memory.arena', () => new Arena());

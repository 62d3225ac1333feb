import { sharedState } from '@manycore/core/internal';

import { checkSegmentSize } from '../size-limit.js';
import { BlockLease, BlockLeaseWords, leaseBytes } from './lease/block-lease.js';
import { reclaim, renew } from './lease/lease.js';
import { blockCountersAt, blocksAt, type Segment } from './segment.js';
import { segmentTable } from './segment-table.js';
import { createSegment, mapOpen } from './segments.js';

const mebibyte = 2 ** 20;
const page = 65_536;
const firstSegment = mebibyte;
const largestSegment = 64 * mebibyte;

/** Larger blocks get a segment of their own, which goes back to the system when no process uses it. */
const largestShared = 64 * 1024;
/** How many blocks that others may still hold are looked at for each new one. */
const looks = 4;

const arenaPurpose = { kept: true, countersAt: blockCountersAt };

/** A piece of a segment. */
export interface Allocation {
  readonly segment: Segment;
  /** In bytes, like `byteLength`; both are multiples of 64. */
  readonly offset: number;
  readonly byteLength: number;
  /** Undefined for a block that has a segment of its own. */
  readonly lease: BlockLease | undefined;
}

/** Memory of an allocation whose block this thread has no object of any more. */
type Dropped = Omit<Allocation, 'lease'> & { readonly words: BlockLeaseWords };

/**
 * Where this thread allocates blocks for scope 'processes'. Only this thread does, so the arena needs no
 * lock, and dying in it hurts no other thread. A piece is used again when the block was collected here, no other
 * thread holds it, and no message that holds it is in flight: its lease says so.
 */
class Arena {
  readonly #segments: Segment[] = [];
  /** Pieces to use again, by length. */
  readonly #free = new Map<number, Dropped[]>();
  /** Pieces that others held, or might receive, when they were looked at; by length. */
  readonly #dropped = new Map<number, Dropped[]>();

  /** A piece of memory, all zero. */
  allocate(byteLength: number): Allocation {
    if (byteLength > largestShared) {
      const segment = own(byteLength);
      return { segment, offset: segment.take(byteLength), byteLength, lease: undefined };
    }
    const used = this.#free.get(byteLength)?.pop() ?? this.#reclaimed(byteLength);
    return used ? this.#lend(used, renew(used.words)) : this.#lend(this.#fresh(byteLength), 0);
  }

  #lend(piece: Dropped, generation: number): Allocation {
    const { segment, offset, byteLength, words } = piece;
    const lease = BlockLease.own(words, generation, () => {
      BlockLease.forget(segment, offset);
      this.#drop(piece);
    });
    return { segment, offset, byteLength, lease };
  }

  #fresh(byteLength: number): Dropped {
    const segment = this.#withRoom(leaseBytes + byteLength);
    const offset = segment.take(leaseBytes + byteLength) + leaseBytes;
    return { segment, offset, byteLength, words: new BlockLeaseWords(segment, offset) };
  }

  #drop(piece: Dropped): void {
    listOf(reclaimed(piece) ? this.#free : this.#dropped, piece.byteLength).push(piece);
  }

  /** One of the pieces that others held lately. */
  #reclaimed(byteLength: number): Dropped | undefined {
    const pieces = this.#dropped.get(byteLength);
    for (let look = 0; pieces && look < looks; look += 1) {
      // From the end, and a random one to its place: none may stand in the way of the others.
      const at = Math.floor(Math.random() * pieces.length);
      const piece = pieces[at];
      const last = pieces.pop();
      if (!piece || !last) return undefined;
      if (piece !== last) pieces[at] = last;
      if (reclaimed(piece)) return piece;
      pieces.push(piece);
    }
    return undefined;
  }

  #withRoom(byteLength: number): Segment {
    const last = this.#segments.at(-1);
    if (last && last.room >= byteLength) return last;
    // Threads that have ended left segments behind; others may use what they allocated there.
    for (;;) {
      const open = segmentTable.inherit();
      if (!open) break;
      const segment = mapOpen(() => open, arenaPurpose);
      if (segment.room < byteLength) continue;
      this.#segments.push(segment);
      return segment;
    }
    const size = Math.min(firstSegment * 4 ** this.#segments.length, largestSegment);
    const segment = createSegment(size, arenaPurpose);
    segment.format();
    this.#segments.push(segment);
    return segment;
  }
}

/** Takes the memory of a piece back, all zero, if no other thread holds it or may receive it. */
function reclaimed({ segment, offset, byteLength, words }: Dropped): boolean {
  if (!reclaim(words)) return false;
  new Uint8Array(segment.buffer, offset, byteLength).fill(0);
  return true;
}

function listOf(lists: Map<number, Dropped[]>, byteLength: number): Dropped[] {
  let list = lists.get(byteLength);
  if (!list) lists.set(byteLength, (list = []));
  return list;
}

function own(byteLength: number): Segment {
  checkSegmentSize(byteLength, blocksAt + page);
  const size = Math.ceil((blocksAt + byteLength) / page) * page;
  const segment = createSegment(size, { kept: false, countersAt: blockCountersAt });
  segment.format();
  return segment;
}

export const arena: Arena = sharedState('memory.arena', () => new Arena());

import { SharedWords } from '../../words.js';
import type { Segment } from '../segment.js';
import * as lease from './lease.js';

/** A lease has a cache line of its own, in front of its block. */
export const leaseBytes: number = lease.leaseWords * 4;

/** The words of a lease in a segment. */
export class BlockLeaseWords extends SharedWords {
  readonly segment: Segment;
  /** Where the block begins, in bytes. */
  readonly offset: number;

  constructor(segment: Segment, offset: number) {
    const first = (offset - leaseBytes) / 4;
    const { parker, owners } = segment.tables;
    super(segment.words.subarray(first, first + lease.leaseWords), parker, owners);
    this.segment = segment;
    this.offset = offset;
  }
}

/** The leases that this thread has in a segment, by where their blocks begin. */
const leases = new WeakMap<Segment, Map<number, WeakRef<BlockLease>>>();

function leasesOf(segment: Segment): Map<number, WeakRef<BlockLease>> {
  let found = leases.get(segment);
  if (!found) leases.set(segment, (found = new Map<number, WeakRef<BlockLease>>()));
  return found;
}

const collected = new FinalizationRegistry<() => void>((end) => {
  end();
});

/** That this thread has objects of a block. It ends when the last of them is collected. */
export class BlockLease {
  readonly words: BlockLeaseWords;
  /** Which use of the memory this is. */
  readonly generation: number;
  #pinned = false;

  private constructor(words: BlockLeaseWords, generation: number, end: () => void) {
    this.words = words;
    this.generation = generation;
    collected.register(this, end);
  }

  /** Of a block that this thread has made: `end` is called when the thread has no object of it left. */
  static own(words: BlockLeaseWords, generation: number, end: () => void): BlockLease {
    return new BlockLease(words, generation, end);
  }

  /** Of a block that arrived in a message; undefined when its memory is used for something else by now. */
  static attach(segment: Segment, offset: number, generation: number): BlockLease | undefined {
    const all = leasesOf(segment);
    const known = all.get(offset)?.deref();
    if (known?.generation === generation) {
      lease.noteReceived(known.words);
      return known;
    }
    const words = new BlockLeaseWords(segment, offset);
    const place = lease.attach(words, generation);
    if (place === undefined) return undefined;
    const attached = new BlockLease(words, generation, () => {
      lease.release(words, place);
      if (!all.get(offset)?.deref()) all.delete(offset);
    });
    all.set(offset, new WeakRef(attached));
    return attached;
  }

  /** The block is about to be sent. From now on it may come back to this thread, which then goes on with this lease. */
  noteSent(): void {
    const { segment, offset } = this.words;
    const known = leasesOf(segment);
    if (known.get(offset)?.deref() !== this) known.set(offset, new WeakRef(this));
    lease.noteSent(this.words);
  }

  /** The lease of this thread ended, which had made the block. */
  static forget(segment: Segment, offset: number): void {
    leasesOf(segment).delete(offset);
  }

  /** Keeps the memory from being used again: a view of it may be where no lease follows. */
  pin(): void {
    if (this.#pinned) return;
    this.#pinned = true;
    lease.pin(this.words);
  }
}

import { allocate, type SharedBlock } from '@manycore/memory';

import { Kind } from '../encoding/kinds.js';
import type { Incoming } from '../encoding/incoming.js';
import type { Outgoing } from '../encoding/outgoing.js';
import { bufferExchange } from '../exchange/buffer-exchange.js';
import type { Offers } from '../exchange/offers.js';
import type { QueueSettings } from '../queue-options.js';
import type { Store } from '../waiting/store.js';
import { readHead, writeHead } from './block-head.js';
import { BlockMemory } from './block-memory.js';
import type { CountedStore } from './counts.js';
import { Geometry } from './geometry.js';
import * as at from './layout.js';
import { Ring } from './ring.js';

/** The bytes that a ring with records of `capacity` bytes takes. */
export function ringBytes(capacity: number): number {
  return at.ringHeaderWords * 4 + capacity;
}

/** A ring in a shared block. */
export class BlockRing extends Ring<Outgoing, Incoming> implements Store, CountedStore {
  readonly block: SharedBlock;
  readonly capacity: number;
  readonly identity: string;
  readonly maxSize: number;
  readonly words: Int32Array;
  /** Where the parts of its messages are; only threads can have any. */
  readonly parts: Offers | undefined;
  readonly #memory: BlockMemory;

  /** The ring that was made at byte `from` of the block. `onTake` is called before a message counts as taken. */
  constructor(block: SharedBlock, from = 0, onTake?: () => void) {
    const { capacity, maxSize, identity } = readHead(block.words.subarray(from / 4), ringBytes);
    const { scope, owners } = block;
    const parts = scope === 'threads' ? bufferExchange.offersOf(identity, owners) : undefined;
    const memory = new BlockMemory(block, from, capacity, parts);
    super(memory, new Geometry(capacity / at.unitBytes), maxSize, onTake);
    this.block = block;
    this.capacity = capacity;
    this.identity = identity;
    this.maxSize = maxSize;
    this.words = memory.words;
    this.parts = parts;
    this.#memory = memory;
    if (parts) parts.store ??= this;
  }

  /** Makes a ring at byte `from` of a new block. */
  static prepare(block: SharedBlock, from: number, capacity: number, maxSize: number): void {
    writeHead(block.words.subarray(from / 4), capacity, maxSize);
  }

  /** Makes a block for one ring, and `extraBytes` behind it. */
  static create({ capacity, maxSize, scope }: QueueSettings, extraBytes: number): SharedBlock {
    const block = allocate(ringBytes(capacity) + extraBytes, scope);
    BlockRing.prepare(block, 0, capacity, maxSize);
    return block;
  }

  override close(immediate = false): void {
    super.close(immediate);
    if (immediate) this.parts?.drop();
  }

  /** See `OffersStore`. */
  partsKeys(): ReadonlySet<number> | undefined {
    const keys = new Set<number>();
    const visited = this.visitMessages((kind, unit) => {
      if (kind === Kind.sharing) keys.add(this.#memory.keyAt(unit));
    });
    return visited ? keys : undefined;
  }

  watched(word: number): number {
    switch (word) {
      case at.items:
      case at.piece:
        return at.tail;
      case at.space:
      case at.room:
        return at.head;
      default:
        return word;
    }
  }

  isBrief(word: number): boolean {
    if (word === at.tailLock) return !this.tail.lock.kept;
    return word === at.headLock && !this.head.lock.kept;
  }

  get full(): boolean {
    return this.isFull(2);
  }
}

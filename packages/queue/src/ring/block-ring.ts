import { allocate, type Scope, type SharedBlock } from '@manycore/memory';

import type { Incoming } from '../encoding/incoming.js';
import type { Outgoing } from '../encoding/outgoing.js';
import type { Store } from '../waiting/store.js';
import { BlockMemory } from './block-memory.js';
import { Geometry } from './geometry.js';
import * as at from './layout.js';
import { Ring } from './ring.js';

/** The first line of a ring's memory: what never changes. */
const capacityWord = 0;
const maxSizeWord = 1;
const identityWord = 2;
const identityWords = 4;

/** How often a thread looks for a reason to try again before it goes to sleep. */
const spins = 100;

/** The bytes that a ring with records of `capacity` bytes takes. */
function ringBytes(capacity: number): number {
  return at.ringHeaderWords * 4 + capacity;
}

/** A ring in a shared block. */
export class BlockRing extends Ring<Outgoing, Incoming> implements Store {
  readonly block: SharedBlock;
  readonly capacity: number;
  readonly maxSize: number;
  readonly words: Int32Array;

  /** The ring that was made in this part of the block. */
  constructor(block: SharedBlock, from = 0, onTake?: () => void) {
    const first = from / 4;
    const capacity = block.words[first + capacityWord] ?? 0;
    const maxSize = block.words[first + maxSizeWord] ?? 0;
    const memory = new BlockMemory(block, from, capacity);
    super(memory, new Geometry(capacity / at.unitBytes), maxSize, onTake);
    this.block = block;
    this.capacity = capacity;
    this.maxSize = maxSize;
    this.words = memory.words;
  }

  /** Writes what never changes into a part of a new block: a ring can be made of it from then on. */
  static prepare(block: SharedBlock, from: number, capacity: number, maxSize: number): void {
    const words = block.words.subarray(from / 4);
    words[capacityWord] = capacity;
    words[maxSizeWord] = maxSize;
    for (let i = 0; i < identityWords; i += 1) words[identityWord + i] = Math.random() * 2 ** 32;
  }

  static create(capacity: number, maxSize: number, scope: Scope): SharedBlock {
    const block = allocate(ringBytes(capacity), scope);
    BlockRing.prepare(block, 0, capacity, maxSize);
    return block;
  }

  /** The same in every thread and process, and for no other ring. */
  static identityOf(block: SharedBlock, from: number): string {
    const first = from / 4 + identityWord;
    return block.words.subarray(first, first + identityWords).join();
  }

  spin(word: number): boolean {
    const watched = watchedFor(word);
    const before = Atomics.load(this.words, watched);
    for (let i = 0; i < spins; i += 1) {
      if (Atomics.load(this.words, watched) !== before) return true;
    }
    return false;
  }

  isBrief(word: number): boolean {
    if (word === at.tailLock) return !this.tail.lock.kept;
    return word === at.headLock && !this.head.lock.kept;
  }

  get full(): boolean {
    return this.isFull(2);
  }
}

/** The word that changes when there is a reason to try again. */
function watchedFor(word: number): number {
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

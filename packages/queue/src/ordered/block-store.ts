import { allocate, type SharedBlock } from '@manycore/memory';

import type { Incoming } from '../encoding/incoming.js';
import type { Outgoing } from '../encoding/outgoing.js';
import type { QueueSettings } from '../queue-options.js';
import { readHead, writeHead } from '../ring/block-head.js';
import { Pursuit } from '../ring/pursuit.js';
import type { PutSide, Store, TakeSide } from '../waiting/store.js';
import { BlockCells, orderedBytes } from './block-cells.js';
import type { Discipline } from './index-heap.js';
import * as at from './layout.js';
import { cellBytes, cellPayload } from './ordered-memory.js';
import { cellsFor, OrderedStore } from './ordered-store.js';

/** How long the lock is slept on at most, in milliseconds, before one looks whether its holder is dead. */
const moment = 20;

/** An ordered store in a shared block. */
export class BlockStore implements Store {
  readonly block: SharedBlock;
  readonly identity: string;
  readonly words: Int32Array;
  readonly tail: PutSide;
  readonly head: TakeSide;
  readonly #store: OrderedStore<Outgoing, Incoming>;

  /** The store that was made in the block; always of the same discipline. */
  constructor(block: SharedBlock, discipline: Discipline) {
    const { capacity, maxSize, identity } = readHead(block.words);
    const memory = new BlockCells(block, capacity);
    const store = new OrderedStore(memory, maxSize, discipline);
    this.block = block;
    this.identity = identity;
    this.words = memory.words;
    this.#store = store;
    this.tail = {
      attempt: (message) => store.put(message),
      // Messages are put at one go.
      leave: () => undefined,
      fitsWhole: () => true,
      check: ({ byteLength }) => refuseTooLarge(byteLength, memory.cells),
    };
    this.head = {
      attempt: () => store.take(),
      message: () => store.message(),
      probe: () => store.probe(),
      received: -1,
      giveBack: () => true,
    };
  }

  /** Makes a block for one store. */
  static create({ capacity, maxSize, scope }: QueueSettings): SharedBlock {
    const block = allocate(orderedBytes(capacity), scope);
    writeHead(block.words, capacity, maxSize);
    new OrderedStore(new BlockCells(block, capacity), maxSize, 'lifo').prepare();
    return block;
  }

  arm(word: number): number {
    if (word === at.lock) return this.#store.lock.arm();
    Atomics.store(this.words, word, 1);
    return 1;
  }

  rescue(): void {
    this.#store.rescue();
  }

  watched(word: number): number {
    return word === at.lock ? word : at.count;
  }

  isBrief(word: number): boolean {
    return word === at.lock;
  }

  close(): void {
    const pursuit = new Pursuit(this);
    for (;;) {
      const word = pursuit.advance(() => this.#store.close());
      if (word <= 0) return;
      const { parker } = this.block;
      const outcome = parker.wait(this.words, word, pursuit.expected, moment);
      pursuit.slept(outcome === 'timed-out');
    }
  }

  get closed(): boolean {
    return this.#store.closed;
  }

  get size(): number {
    return this.#store.size;
  }

  get full(): boolean {
    return this.#store.full;
  }
}

function refuseTooLarge(byteLength: number, cells: number): void {
  const needed = cellsFor(byteLength);
  if (needed <= cells) return;
  throw new RangeError(
    `a value of ${byteLength} bytes does not fit into a queue with room for ${cells * cellPayload}: ` +
      `give it a capacity of ${needed * cellBytes}`,
  );
}

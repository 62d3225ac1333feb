import { allocate, type SharedBlock } from '@manycore/memory';

import { Kind } from '../encoding/kinds.js';
import type { Incoming } from '../encoding/incoming.js';
import type { Outgoing } from '../encoding/outgoing.js';
import { bufferExchange } from '../exchange/buffer-exchange.js';
import type { Offers } from '../exchange/offers.js';
import type { QueueSettings } from '../queue-options.js';
import { readHead, writeHead } from '../ring/block-head.js';
import type { CountedStore, Counts } from '../ring/counts.js';
import { Pursuit } from '../ring/pursuit.js';
import type { PutSide, Store, TakeSide } from '../waiting/store.js';
import { BlockCells, orderedBytes } from './block-cells.js';
import type { Discipline } from './index-heap.js';
import * as at from './layout.js';
import { cellBytes, cellPayload } from './ordered-memory.js';
import { cellsFor, OrderedStore } from './ordered-store.js';

/** How long the lock is slept on at most, in milliseconds, before one looks whether its holder is dead. */
const moment = 20;

/** How long `close` waits for the lock at most, in milliseconds: its holder may be stopped. */
const closingLimit = 1000;

/** An ordered store in a shared block. */
export class BlockStore implements Store, CountedStore {
  readonly block: SharedBlock;
  readonly identity: string;
  readonly maxSize: number;
  readonly capacity: number;
  readonly words: Int32Array;
  readonly tail: PutSide;
  readonly head: TakeSide;
  /** Where the parts of its messages are; only threads can have any. */
  readonly parts: Offers | undefined;
  readonly #memory: BlockCells;
  readonly #store: OrderedStore<Outgoing, Incoming>;

  /** The store that was made in the block; always of the same discipline. */
  constructor(block: SharedBlock, discipline: Discipline, onTake?: () => void) {
    const { capacity, maxSize, identity } = readHead(block.words, orderedBytes);
    const { scope, owners } = block;
    const parts = scope === 'threads' ? bufferExchange.offersOf(identity, owners) : undefined;
    const memory = new BlockCells(block, capacity, parts);
    const store = new OrderedStore(memory, maxSize, discipline, onTake);
    this.block = block;
    this.identity = identity;
    this.maxSize = maxSize;
    this.capacity = capacity;
    this.words = memory.words;
    this.parts = parts;
    this.#memory = memory;
    this.#store = store;
    if (parts) parts.store ??= this;
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

  /** Makes a block for one store, and `extraBytes` behind it. */
  static create({ capacity, maxSize, scope }: QueueSettings, extraBytes: number): SharedBlock {
    const block = allocate(orderedBytes(capacity) + extraBytes, scope);
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
    return word === at.items || word === at.space ? at.count : word;
  }

  isBrief(word: number): boolean {
    return word === at.lock;
  }

  close(immediate = false): void {
    if (immediate) this.parts?.drop();
    const pursuit = new Pursuit(this);
    const deadline = performance.now() + closingLimit;
    for (;;) {
      const word = pursuit.advance(() => this.#store.close(immediate));
      if (word <= 0 || performance.now() > deadline) return;
      const { parker } = this.block;
      const outcome = parker.wait(this.words, word, pursuit.expected, moment);
      pursuit.slept(outcome === 'timed-out');
    }
  }

  /** See `OffersStore`. */
  partsKeys(): ReadonlySet<number> | undefined {
    const keys = new Set<number>();
    const visited = this.#store.visitFirst((cell) => {
      if (this.#memory.kindOf(cell) === Kind.sharing) keys.add(this.#memory.keyAt(cell));
    });
    return visited ? keys : undefined;
  }

  wakeParts(): void {
    this.#store.wakeParts();
  }

  wakeJoined(): void {
    this.#store.wakeJoined();
  }

  get due(): number {
    return this.#store.due;
  }

  counting(look: (counts: Counts) => void): boolean {
    return this.#store.counting(look);
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

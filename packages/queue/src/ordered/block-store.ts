import { allocate, type SharedBlock } from '@manycore/memory';
import { PreparedWait, type SharedWords, waitSync } from '@manycore/memory/internal';

import { Kind } from '../encoding/kinds.js';
import type { Incoming } from '../encoding/incoming.js';
import type { Outgoing } from '../encoding/outgoing.js';
import { bufferExchange } from '../exchange/buffer-exchange.js';
import type { Offers } from '../exchange/offers.js';
import type { QueueSettings } from '../queue-options.js';
import { readHeader, writeHeader } from '../ring/layout.js';
import type { CountedStore, Counts, PutSide, Store, TakeSide } from '../store.js';
import { BlockCells, orderedBytes } from './block-cells.js';
import type { Discipline } from './index-heap.js';
import * as at from './layout.js';
import { cellBytes, cellPayload } from './layout.js';
import { cellsFor, OrderedStore } from './ordered-store.js';

/** How long the mutex is slept on, in milliseconds, before its owner is looked for. */
const moment = 20;

/** How long `close` waits for the mutex at most, in milliseconds: its owner may be stopped. */
const closingLimit = 1000;

/** An ordered store in a shared block. */
export class BlockStore implements Store, CountedStore {
  readonly block: SharedBlock;
  readonly identity: string;
  readonly maxSize: number;
  readonly capacity: number;
  readonly words: SharedWords;
  readonly producer: PutSide;
  readonly consumer: TakeSide;
  /** Where the parts of its messages are; only threads can have any. */
  readonly parts: Offers | undefined;
  readonly #memory: BlockCells;
  readonly #store: OrderedStore<Outgoing, Incoming>;

  /** The store that was made in the block; always of the same discipline. */
  constructor(block: SharedBlock, discipline: Discipline, onTake?: () => void) {
    const { capacity, maxSize, identity } = readHeader(block.words, orderedBytes);
    const { scope, owners } = block;
    const parts = scope === 'threads' ? bufferExchange.offersOf(identity, owners) : undefined;
    const memory = new BlockCells(block, capacity, parts);
    const store = new OrderedStore(memory, maxSize, discipline, onTake);
    this.block = block;
    this.identity = identity;
    this.maxSize = maxSize;
    this.capacity = capacity;
    this.words = memory;
    this.parts = parts;
    this.#memory = memory;
    this.#store = store;
    if (parts) parts.store ??= this;
    this.producer = {
      tryPush: (message) => store.tryPush(message),
      // Messages are put in one piece.
      leave: () => undefined,
      fitsWhole: () => true,
      check: ({ byteLength }) => refuseTooLarge(byteLength, memory.cells),
    };
    this.consumer = {
      tryPop: () => store.tryPop(),
      message: () => store.message(),
      peek: () => store.peek(),
      received: -1,
      giveBack: () => true,
    };
  }

  /** Makes a block for one store, and `extraBytes` behind it. */
  static create({ capacity, maxSize, scope }: QueueSettings, extraBytes: number): SharedBlock {
    const block = allocate(orderedBytes(capacity) + extraBytes, scope);
    writeHeader(block.words, capacity, maxSize);
    new OrderedStore(new BlockCells(block, capacity), maxSize, 'lifo').prepare();
    return block;
  }

  prepareWait(word: number): number | undefined {
    return this.#store.prepareWait(word);
  }

  passOn(word: number): void {
    this.#store.passOn(word);
  }

  rescue(): void {
    this.#store.rescue();
  }

  watched(word: number): number {
    return word === at.items || word === at.space ? at.count : word;
  }

  isBrief(word: number): boolean {
    return word === at.mutex;
  }

  close(immediate = false): void {
    if (immediate) this.parts?.drop();
    const closing = new PreparedWait(this, () => this.#store.close(immediate), moment);
    waitSync(closing, this.words, closingLimit);
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

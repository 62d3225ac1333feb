import { allocate, type SharedBlock } from '@manycore/memory';
import { BlockWords, type SharedWords } from '@manycore/memory/internal';

import { type Incoming, IncomingPieces, readMessage } from '../encoding/incoming.js';
import type { Outgoing } from '../encoding/outgoing.js';
import type { PartsDesk } from '../encoding/parts.js';
import { Kind } from '../encoding/kinds.js';
import { bufferExchange } from '../exchange/buffer-exchange.js';
import type { Offers } from '../exchange/offers.js';
import { textMemory, type TextMemory } from '../platform/node.js';
import type { QueueSettings } from '../queue-options.js';
import type { CountedStore, Store } from '../store.js';
import * as at from './layout.js';
import { type Assembly, Geometry, type RingMemory } from './layout.js';
import { Ring } from './ring.js';

const headerBytes = at.ringHeaderWords * 4;

/** The memory of a ring in a shared block. */
class BlockMemory extends BlockWords implements RingMemory<Outgoing, Incoming> {
  /** The records, in the shapes in which they are read and written. */
  readonly bytes: Uint8Array;
  readonly doubles: Float64Array;
  readonly text: TextMemory;
  readonly #records: Int32Array;
  readonly #desk: PartsDesk | undefined;

  /** Over the part of a block that begins at byte `from` and has records of `capacity` bytes. */
  constructor(block: SharedBlock, from: number, capacity: number, desk: PartsDesk | undefined) {
    super(block, from, at.ringHeaderWords);
    const { buffer, byteOffset } = block.bytes;
    const records = byteOffset + from + headerBytes;
    this.#desk = desk;
    this.#records = new Int32Array(buffer, records, capacity / 4);
    this.bytes = new Uint8Array(buffer, records, capacity);
    this.doubles = new Float64Array(buffer, records, capacity / 8);
    this.text = textMemory(this.bytes);
  }

  lengthAt(unit: number): number {
    return this.#records[unit * 2] ?? 0;
  }

  flagsAt(unit: number): number {
    return this.#records[unit * 2 + 1] ?? 0;
  }

  writeHeader(unit: number, length: number, flags: number): void {
    this.#records[unit * 2] = length;
    this.#records[unit * 2 + 1] = flags;
  }

  totalAt(unit: number): number {
    return this.doubles[unit] ?? 0;
  }

  writeTotal(unit: number, total: number): void {
    this.doubles[unit] = total;
  }

  ready(kind: number, unit: number, taking: boolean): boolean {
    if (kind !== Kind.sharing || !this.#desk) return true;
    const sender = this.#records[(unit + 1) * 2] ?? 0;
    return this.#desk.ready(this.keyAt(unit), sender, taking);
  }

  /** The key of a message with parts, whose bytes begin at `unit`. */
  keyAt(unit: number): number {
    return this.doubles[unit] ?? NaN;
  }

  copyIn(unit: number, message: Outgoing, from: number, length: number): void {
    message.writeTo(this, unit * at.unitBytes, from, length);
  }

  copyOut(unit: number, kind: number, length: number): Incoming {
    return readMessage(this, unit * at.unitBytes, kind, length);
  }

  assemble(kind: number, total: number): Assembly<Incoming> {
    const pieces = new IncomingPieces(this, kind, total);
    return {
      add: (unit, length) => pieces.add(unit * at.unitBytes, length),
      finish: () => pieces.finish(),
    };
  }
}

/** The bytes that a ring with records of `capacity` bytes takes. */
export function ringBytes(capacity: number): number {
  return headerBytes + capacity;
}

/** A ring in a shared block. */
export class BlockRing extends Ring<Outgoing, Incoming> implements Store, CountedStore {
  readonly block: SharedBlock;
  readonly capacity: number;
  readonly identity: string;
  readonly maxSize: number;
  readonly words: SharedWords;
  /** Where the parts of its messages are; only threads can have any. */
  readonly parts: Offers | undefined;
  readonly #memory: BlockMemory;

  /** The ring that was made at byte `from` of the block. `onTake` is called before a message counts as taken. */
  constructor(block: SharedBlock, from = 0, onTake?: () => void) {
    const { capacity, maxSize, identity } = at.readHeader(block.words.subarray(from / 4), ringBytes);
    const { scope, owners } = block;
    const parts = scope === 'threads' ? bufferExchange.offersOf(identity, owners) : undefined;
    const memory = new BlockMemory(block, from, capacity, parts);
    super(memory, new Geometry(capacity / at.unitBytes), maxSize, onTake);
    this.block = block;
    this.capacity = capacity;
    this.identity = identity;
    this.maxSize = maxSize;
    this.words = memory;
    this.parts = parts;
    this.#memory = memory;
    if (parts) parts.store ??= this;
  }

  /** Makes a ring at byte `from` of a new block. */
  static prepare(block: SharedBlock, from: number, capacity: number, maxSize: number): void {
    at.writeHeader(block.words.subarray(from / 4), capacity, maxSize);
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
    if (word === at.producerMutex) return !this.producer.mutex.kept;
    return word === at.consumerMutex && !this.consumer.mutex.kept;
  }

  get full(): boolean {
    return this.isFull(2);
  }
}

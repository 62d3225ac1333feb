import type { Owners, Parker, SharedBlock } from '@manycore/memory';

import { type Incoming, IncomingPieces, readMessage } from '../encoding/incoming.js';
import type { Outgoing } from '../encoding/outgoing.js';
import { textMemory, type TextMemory } from '../platform/node.js';
import { ringHeaderWords, unitBytes } from './layout.js';
import type { Assembly, RingMemory } from './ring-memory.js';

const headerBytes = ringHeaderWords * 4;

/** The memory of a ring in a shared block. */
export class BlockMemory implements RingMemory<Outgoing, Incoming> {
  readonly #words: Int32Array;
  readonly #parker: Parker;
  readonly #owners: Owners;
  /** The records, in the shapes in which they are read and written. */
  readonly bytes: Uint8Array;
  readonly doubles: Float64Array;
  readonly text: TextMemory;
  /** The first record's header, in words. */
  readonly #records: Int32Array;
  /** 0 until it is needed: to become an owner costs a little. */
  #self = 0;

  /** Over the part of a block that begins at byte `from` and has records of `capacity` bytes. */
  constructor(block: SharedBlock, from: number, capacity: number) {
    const { buffer, byteOffset } = block.bytes;
    const start = byteOffset + from;
    const records = start + headerBytes;
    this.#words = new Int32Array(buffer, start, ringHeaderWords);
    this.#records = new Int32Array(buffer, records, capacity / 4);
    this.bytes = new Uint8Array(buffer, records, capacity);
    this.doubles = new Float64Array(buffer, records, capacity / 8);
    this.text = textMemory(this.bytes);
    this.#parker = block.parker;
    this.#owners = block.owners;
  }

  /** The words before the records. */
  get words(): Int32Array {
    return this.#words;
  }

  get self(): number {
    return this.#self === 0 ? (this.#self = this.#owners.self()) : this.#self;
  }

  alive(owner: number): boolean {
    return this.#owners.alive(owner);
  }

  load(word: number): number {
    return Atomics.load(this.#words, word);
  }

  store(word: number, value: number): void {
    Atomics.store(this.#words, word, value);
  }

  exchange(word: number, value: number): number {
    return Atomics.exchange(this.#words, word, value);
  }

  compareExchange(word: number, expected: number, replacement: number): number {
    return Atomics.compareExchange(this.#words, word, expected, replacement);
  }

  or(word: number, bits: number): number {
    return Atomics.or(this.#words, word, bits);
  }

  wake(word: number, count: number): void {
    this.#parker.notify(this.#words, word, count);
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

  copyIn(unit: number, message: Outgoing, from: number, length: number): void {
    message.writeTo(this, unit * unitBytes, from, length);
  }

  copyOut(unit: number, kind: number, length: number): Incoming {
    return readMessage(this, unit * unitBytes, kind, length);
  }

  assemble(kind: number, total: number): Assembly<Incoming> {
    const pieces = new IncomingPieces(this, kind, total);
    return {
      add: (unit, length) => pieces.add(unit * unitBytes, length),
      finish: () => pieces.finish(),
    };
  }
}

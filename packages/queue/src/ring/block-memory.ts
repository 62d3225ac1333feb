import type { SharedBlock } from '@manycore/memory';

import { type Incoming, IncomingPieces, readMessage } from '../encoding/incoming.js';
import { Kind } from '../encoding/kinds.js';
import type { Outgoing } from '../encoding/outgoing.js';
import type { PartsDesk } from '../encoding/parts.js';
import { textMemory, type TextMemory } from '../platform/node.js';
import { BlockWords } from './block-words.js';
import { ringHeaderWords, unitBytes } from './layout.js';
import type { Assembly, RingMemory } from './ring-memory.js';

const headerBytes = ringHeaderWords * 4;

/** The memory of a ring in a shared block. */
export class BlockMemory extends BlockWords implements RingMemory<Outgoing, Incoming> {
  /** The records, in the shapes in which they are read and written. */
  readonly bytes: Uint8Array;
  readonly doubles: Float64Array;
  readonly text: TextMemory;
  readonly #records: Int32Array;
  readonly #desk: PartsDesk | undefined;

  /** Over the part of a block that begins at byte `from` and has records of `capacity` bytes. */
  constructor(block: SharedBlock, from: number, capacity: number, desk: PartsDesk | undefined) {
    super(block, from, ringHeaderWords);
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

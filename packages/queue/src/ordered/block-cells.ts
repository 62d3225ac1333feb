import type { SharedBlock } from '@manycore/memory';
import { BlockWords } from '@manycore/memory/internal';

import { type Incoming, IncomingPieces, readMessage } from '../encoding/incoming.js';
import { Kind } from '../encoding/kinds.js';
import type { Outgoing } from '../encoding/outgoing.js';
import type { PartsDesk } from '../encoding/parts.js';
import { textMemory, type TextMemory } from '../platform/node.js';
import type { Assembly } from '../ring/layout.js';
import { cellBytes, cellHeadBytes, type OrderedMemory, orderedHeaderWords } from './layout.js';

/** The words of a cell's head; its rank is a double at the fifth. */
const cellWords = cellBytes / 4;
const [stateField, nextField, kindField, lengthField, rankField, sequenceField] = [0, 1, 2, 3, 4, 6];

const line = 64;

/** How the memory of an ordered store with so many bytes for values is divided: head, index, cells. */
function divide(capacity: number): { cells: number; cellsFrom: number; total: number } {
  const cells = Math.floor(capacity / cellBytes);
  const cellsFrom = Math.ceil((orderedHeaderWords * 4 + cells * 4) / line) * line;
  return { cells, cellsFrom, total: cellsFrom + cells * cellBytes };
}

export function orderedBytes(capacity: number): number {
  return divide(capacity).total;
}

/** The memory of an ordered store in a shared block. */
export class BlockCells extends BlockWords implements OrderedMemory<Outgoing, Incoming> {
  readonly cells: number;
  readonly bytes: Uint8Array;
  readonly doubles: Float64Array;
  readonly text: TextMemory;
  readonly #fields: Int32Array;
  readonly #index: Int32Array;
  readonly #desk: PartsDesk | undefined;

  constructor(block: SharedBlock, capacity: number, desk?: PartsDesk) {
    super(block, 0, orderedHeaderWords);
    const { cells, cellsFrom } = divide(capacity);
    const { buffer, byteOffset } = block.bytes;
    const first = byteOffset + cellsFrom;
    this.#desk = desk;
    this.cells = cells;
    this.#index = new Int32Array(buffer, byteOffset + orderedHeaderWords * 4, cells);
    this.#fields = new Int32Array(buffer, first, cells * cellWords);
    this.bytes = new Uint8Array(buffer, first, cells * cellBytes);
    this.doubles = new Float64Array(buffer, first, (cells * cellBytes) / 8);
    this.text = textMemory(this.bytes);
  }

  setState(cell: number, state: number): void {
    Atomics.store(this.#fields, cell * cellWords + stateField, state);
  }

  stateOf(cell: number): number {
    return Atomics.load(this.#fields, cell * cellWords + stateField);
  }

  nextOf(cell: number): number {
    return this.#field(cell, nextField);
  }

  setNext(cell: number, next: number): void {
    this.#fields[cell * cellWords + nextField] = next;
  }

  kindOf(cell: number): number {
    return this.#field(cell, kindField);
  }

  lengthOf(cell: number): number {
    return this.#field(cell, lengthField);
  }

  rankOf(cell: number): number {
    return this.doubles[(cell * cellWords + rankField) / 2] ?? 0;
  }

  sequenceOf(cell: number): number {
    return this.#field(cell, sequenceField);
  }

  describe(cell: number, message: Outgoing, sequence: number): void {
    const first = cell * cellWords;
    this.#fields[first + kindField] = message.kind;
    this.#fields[first + lengthField] = message.byteLength;
    this.#fields[first + sequenceField] = sequence;
    this.doubles[(first + rankField) / 2] = message.rank;
  }

  indexAt(place: number): number {
    return this.#index[place] ?? 0;
  }

  setIndex(place: number, cell: number): void {
    this.#index[place] = cell;
  }

  ready(cell: number, kind: number, taking: boolean): boolean {
    if (kind !== Kind.sharing || !this.#desk) return true;
    const sender = this.#fields[cell * cellWords + cellHeadBytes / 4 + 2] ?? 0;
    return this.#desk.ready(this.keyAt(cell), sender, taking);
  }

  /** The key of a message with parts that begins in a cell. */
  keyAt(cell: number): number {
    return this.doubles[(cell * cellBytes + cellHeadBytes) / 8] ?? NaN;
  }

  copyIn(cell: number, message: Outgoing, from: number, length: number): void {
    message.writeTo(this, cell * cellBytes + cellHeadBytes, from, length);
  }

  copyOut(cell: number, kind: number, length: number): Incoming {
    return readMessage(this, cell * cellBytes + cellHeadBytes, kind, length);
  }

  assemble(kind: number, total: number): Assembly<Incoming> {
    const pieces = new IncomingPieces(this, kind, total);
    return {
      add: (cell, length) => pieces.add(cell * cellBytes + cellHeadBytes, length),
      finish: () => pieces.finish(),
    };
  }

  #field(cell: number, field: number): number {
    return this.#fields[cell * cellWords + field] ?? 0;
  }
}

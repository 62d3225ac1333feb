import { type Action, ModelWords, type Shared } from '@manycore/model';

import type { Assembly, Payload, RingMemory } from '../../src/ring/ring-memory.js';
import { ringHeaderWords, unitBytes } from '../../src/ring/layout.js';
import { unitsFor } from '../../src/ring/geometry.js';

/** Messages of this kind and higher ones have parts beside their bytes … */
export const firstWithParts = 100;
/** … which have come when this word, of those that the ring does not use, is 1. */
export const partsWord = 90;

export type { Action, Shared };

/** A message of the model: its kind says which it is. */
export type Message = Payload;

export function sharedOf(units: number): Shared {
  return {
    words: new Array<number>(ringHeaderWords).fill(0),
    cells: new Array<number>(units * 2).fill(0),
  };
}

/** A message did not arrive as it was sent. */
class TornError extends Error {}

/** What a unit of a message's bytes holds in the model. */
function content(kind: number, index: number): number {
  return kind * 1000 + index + 1;
}

/** The memory of a ring in the model. */
export class ModelMemory extends ModelWords implements RingMemory<Message, Message> {
  wake(word: number, count: number): void {
    this.notify(word, count);
  }

  lengthAt(unit: number): number {
    return this.read(unit * 2, 1)[0] ?? 0;
  }

  flagsAt(unit: number): number {
    return this.read(unit * 2 + 1, 1)[0] ?? 0;
  }

  writeHeader(unit: number, length: number, flags: number): void {
    this.act({ name: 'write', cell: unit * 2, values: [length, flags] });
  }

  totalAt(unit: number): number {
    return this.read(unit * 2, 1)[0] ?? 0;
  }

  writeTotal(unit: number, total: number): void {
    this.act({ name: 'write', cell: unit * 2, values: [total, 0] });
  }

  /** Messages of these kinds have parts, which are there once a word says so. */
  ready(kind: number): boolean {
    return kind < firstWithParts || this.load(partsWord) === 1;
  }

  copyIn(unit: number, message: Message, from: number, length: number): void {
    const values: number[] = [];
    for (let i = 0; i < unitsFor(length); i += 1) {
      values.push(content(message.kind, from / unitBytes + i), 0);
    }
    this.act({ name: 'write', cell: unit * 2, values });
  }

  copyOut(unit: number, kind: number, length: number): Message {
    this.#check(unit, kind, 0, length);
    return { kind, byteLength: length };
  }

  assemble(kind: number, total: number): Assembly<Message> {
    let received = 0;
    return {
      add: (unit, length) => {
        this.#check(unit, kind, received, length);
        received += length;
      },
      finish: () => {
        if (received !== total) throw new TornError(`${received} of ${total} bytes of ${kind}`);
        return { kind, byteLength: total };
      },
    };
  }

  #check(unit: number, kind: number, from: number, length: number): void {
    const found = this.read(unit * 2, unitsFor(length) * 2);
    for (let i = 0; i < unitsFor(length); i += 1) {
      const expected = content(kind, from / unitBytes + i);
      if (found[i * 2] !== expected) {
        throw new TornError(`${String(found[i * 2])} where ${expected} should be`);
      }
    }
  }
}

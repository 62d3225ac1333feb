import type { Assembly, Payload, RingMemory } from '../../src/ring/ring-memory.js';
import { ringHeaderWords, unitBytes } from '../../src/ring/layout.js';
import { unitsFor } from '../../src/ring/geometry.js';

/** Messages of this kind and higher ones have parts beside their bytes … */
export const firstWithParts = 100;
/** … which have come when this word, of those that the ring does not use, is 1. */
export const partsWord = 90;

/** A message of the model: its kind says which it is. */
export type Message = Payload;

/** What the parties share: the words before the records, and two values for each unit. */
export interface Shared {
  readonly words: number[];
  readonly cells: number[];
}

export function sharedOf(units: number): Shared {
  return {
    words: new Array<number>(ringHeaderWords).fill(0),
    cells: new Array<number>(units * 2).fill(0),
  };
}

/** One thing that a party does to what is shared, or asks of it. */
export type Action =
  | { readonly name: 'load'; readonly word: number }
  | { readonly name: 'store' | 'exchange' | 'or'; readonly word: number; readonly value: number }
  | {
      readonly name: 'swap';
      readonly word: number;
      readonly expected: number;
      readonly value: number;
    }
  | { readonly name: 'wake'; readonly word: number; readonly count: number }
  | { readonly name: 'sleep'; readonly word: number; readonly expected: number }
  /** Not an action: a point at which `local` says all that the party will depend on from here. */
  | { readonly name: 'checkpoint'; readonly local: string }
  | { readonly name: 'alive'; readonly owner: number }
  | { readonly name: 'read'; readonly cell: number; readonly count: number }
  | { readonly name: 'write'; readonly cell: number; readonly values: readonly number[] };

export type Result = number | readonly number[] | 'timed-out';

/** How a sleep may end, by the number that stands for it; `timed-out` stands for itself. */
export const sleepResults = ['ok', 'not-equal'] as const;

/** A message did not arrive as it was sent. */
class TornError extends Error {}

/** What a unit of a message's bytes holds in the model. */
function content(kind: number, index: number): number {
  return kind * 1000 + index + 1;
}

/** Gives every call to `act`, which decides what comes of it. */
export class ModelMemory implements RingMemory<Message, Message> {
  readonly self: number;
  readonly #act: (action: Action) => Result;

  constructor(self: number, act: (action: Action) => Result) {
    this.self = self;
    this.#act = act;
  }

  alive(owner: number): boolean {
    return this.#number({ name: 'alive', owner }) === 1;
  }

  load(word: number): number {
    return this.#number({ name: 'load', word });
  }

  store(word: number, value: number): void {
    this.#act({ name: 'store', word, value });
  }

  exchange(word: number, value: number): number {
    return this.#number({ name: 'exchange', word, value });
  }

  compareExchange(word: number, expected: number, value: number): number {
    return this.#number({ name: 'swap', word, expected, value });
  }

  or(word: number, value: number): number {
    return this.#number({ name: 'or', word, value });
  }

  wake(word: number, count: number): void {
    this.#act({ name: 'wake', word, count });
  }

  sleep(word: number, expected: number): 'ok' | 'not-equal' | 'timed-out' {
    const result = this.#act({ name: 'sleep', word, expected });
    return result === 'timed-out' ? result : (sleepResults[result as number] ?? 'ok');
  }

  checkpoint(local: string): void {
    this.#act({ name: 'checkpoint', local });
  }

  lengthAt(unit: number): number {
    return this.#read(unit * 2, 1)[0] ?? 0;
  }

  flagsAt(unit: number): number {
    return this.#read(unit * 2 + 1, 1)[0] ?? 0;
  }

  writeHeader(unit: number, length: number, flags: number): void {
    this.#act({ name: 'write', cell: unit * 2, values: [length, flags] });
  }

  totalAt(unit: number): number {
    return this.#read(unit * 2, 1)[0] ?? 0;
  }

  writeTotal(unit: number, total: number): void {
    this.#act({ name: 'write', cell: unit * 2, values: [total, 0] });
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
    this.#act({ name: 'write', cell: unit * 2, values });
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
    const found = this.#read(unit * 2, unitsFor(length) * 2);
    for (let i = 0; i < unitsFor(length); i += 1) {
      const expected = content(kind, from / unitBytes + i);
      if (found[i * 2] !== expected) {
        throw new TornError(`${String(found[i * 2])} where ${expected} should be`);
      }
    }
  }

  #read(cell: number, count: number): readonly number[] {
    return this.#act({ name: 'read', cell, count }) as readonly number[];
  }

  #number(action: Action): number {
    return this.#act(action) as number;
  }
}

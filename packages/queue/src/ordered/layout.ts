import type { Words } from '@manycore/memory/internal';

import type { Assembly, Payload } from '../ring/layout.js';

/*
 * The words of an ordered store. Those that a ring has as well have the same places: see ring/layout.ts.
 */
export { consumerMutex as mutex, dropped, items, joined, parts, space } from '../ring/layout.js';

/** 1 when the store is closed. */
export const closedWord = 33;

/*
 * What follows is derived from the cells, by the owner of the mutex.
 */
/** How many messages there are: so many places of the index are in use. */
export const count = 34;
/** The first free cell, plus 1; 0 when there is none. */
export const firstFree = 35;
export const freeCells = 36;
/** The sequence number of the next message: as many were put so far, modulo 2 ** 32. */
export const nextSequence = 37;

export const orderedHeaderWords = 96;

/** A message that is put into an order. */
export interface RankedPayload extends Payload {
  /** Lower ones come first, where the order goes by rank. */
  readonly rank: number;
}

/** The memory of an ordered store: words, cells, and the index. See README.md. */
export interface OrderedMemory<Out extends RankedPayload, In> extends Words {
  /** How many cells there are. */
  readonly cells: number;
  /** Puts or takes a message: `firstCell` or `freeCell`. One atomic step. */
  setState(cell: number, state: number): void;
  stateOf(cell: number): number;
  /** The next cell of the same message, or of the list of free ones; -1 at the end. */
  nextOf(cell: number): number;
  setNext(cell: number, next: number): void;
  /** About the message that begins in a cell. */
  kindOf(cell: number): number;
  lengthOf(cell: number): number;
  rankOf(cell: number): number;
  sequenceOf(cell: number): number;
  describe(cell: number, message: Out, sequence: number): void;

  /** The cell at a place of the index. */
  indexAt(place: number): number;
  setIndex(place: number, cell: number): void;

  /** As of a ring's memory: see there. */
  ready(cell: number, kind: number, taking: boolean): boolean;
  copyIn(cell: number, message: Out, from: number, length: number): void;
  copyOut(cell: number, kind: number, length: number): In;
  assemble(kind: number, total: number): Assembly<In>;
}

/** The bytes of a cell: a head, and the bytes of a message behind it. */
export const cellBytes = 128;
export const cellHeadBytes = 32;
export const cellPayload: number = cellBytes - cellHeadBytes;

/** A cell that no message begins in: free, or a further one of a message. */
export const freeCell = 0;
/** A message begins in this cell. */
export const firstCell = 1;

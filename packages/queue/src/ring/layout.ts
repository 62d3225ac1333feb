import type { Words } from '@manycore/memory/internal';

import { QueueCorruptedError } from '../errors.js';

/*
 * Where everything of a ring lies, in words of its memory. What different parties write lies on different
 * cache lines (16 words). The first line is the header, which never changes. See README.md.
 */

/** The mutex that guards all that producers write. See side-mutex.ts. */
export const producerMutex = 16;
/** Where the next record goes, and what state the writing side is in: see `positionOf` below. */
export const tail = 17;
/** How many messages were put, modulo 2 ** 32. */
export const puts = 18;
/** What `tail`'s position and `puts` will be once the message that is being written is published. */
export const nextTail = 19;
export const nextPuts = 20;
/** A value that `head` had: producers need not look at the consumers' line each time. */
export const knownHead = 21;
/** 1 while the owner of the mutex keeps it for a long message. A hint: the mutex is free only when it is 0. */
export const producerKept = 22;

/** The mutex that guards all that consumers write. */
export const consumerMutex = 32;
/** The position of the next record to take. */
export const head = 33;
/** How many messages were taken, modulo 2 ** 32. */
export const takes = 34;
export const nextHead = 35;
export const nextTakes = 36;
/** A value that `tail`'s position had. */
export const knownTail = 37;
/** As `producerKept`. */
export const consumerKept = 38;

/** 1 while a consumer may sleep until there is a message. */
export const items = 48;
/** 1 while the consumer in the middle of a message may sleep until there is more of it. */
export const piece = 49;

/** 1 while a consumer may sleep until what belongs to the next message, beside its bytes, has come. */
export const parts = 50;
/** 1 when everything that was in the ring was dropped: there is nothing to take, and never will be. */
export const dropped = 51;

/** 1 while a producer may sleep until there is room. */
export const space = 64;
/** 1 while the producer in the middle of a message may sleep until there is room for more of it. */
export const room = 65;

/** For a JoinableQueue: how many of the messages that were put are finished, modulo 2 ** 32. */
export const finished = 80;
/** 1 while a thread may sleep until all are. */
export const joined = 81;
/** How many of them were counted as finished because the thread that had taken them died. */
export const lost = 82;
/** The mutex of the thread that counts losses. */
export const lossMutex = 83;

/** The words before the records. */
export const ringHeaderWords = 96;

/** Records lie at multiples of this many bytes, and begin with a header of this size. */
export const unitBytes = 8;

/*
 * A position counts units, modulo twice the ring's size: so a full ring differs from an empty one. The
 * `tail` word holds a position above these three bits.
 */
/** Nothing more may be published. */
export const closedBit = 1;
/** The last record that was published is not the last of its message. */
export const openBit = 2;
/** The consumer gave the open message back: its producer is to begin again. */
export const restartBit = 4;

export function positionOf(tailWord: number): number {
  return tailWord >>> 3;
}

export function tailWord(position: number, bits: number): number {
  return (position << 3) | bits;
}

/*
 * A record is a header of two words, the number of bytes that follow and these flags, and the bytes.
 */
/** The record begins a message. If it does not end it too, the message's whole length comes first. */
export const firstFlag = 1;
/** The record ends a message. */
export const lastFlag = 2;
/** No record: the rest of the ring up to its end is left out. */
export const skipFlag = 4;
/** Above the flags: how the message is encoded. */
export const kindShift = 3;

/** The largest ring, in bytes: its positions must fit above the bits. */
export const largestCapacity: number = 2 ** 30;
/** The smallest: pieces of messages would become too small. */
export const smallestCapacity = 1024;

/*
 * The header: the first line of a ring's memory, and of an ordered store's.
 */
const capacityWord = 0;
const maxSizeWord = 1;
const identityWord = 2;
const identityWords = 4;

export interface BlockHeader {
  readonly capacity: number;
  readonly maxSize: number;
  /** The same in every thread and process, and for no other store. */
  readonly identity: string;
}

/** Writes the header of a new store, whose memory begins with `words`. */
export function writeHeader(words: Int32Array, capacity: number, maxSize: number): void {
  words[capacityWord] = capacity;
  words[maxSizeWord] = maxSize;
  for (let i = 0; i < identityWords; i += 1) words[identityWord + i] = Math.random() * 2 ** 32;
}

/**
 * The header of the store whose memory begins with `words`; `bytesFor` says how much a capacity takes.
 *
 * @throws QueueCorruptedError when there is no store.
 */
export function readHeader(words: Int32Array, bytesFor: (capacity: number) => number): BlockHeader {
  const capacity = words[capacityWord] ?? 0;
  const isCapacity = capacity >= smallestCapacity && capacity <= largestCapacity && capacity % 64 === 0;
  if (!isCapacity || bytesFor(capacity) > words.byteLength) {
    throw new QueueCorruptedError(`a capacity of ${capacity} bytes`);
  }
  return {
    capacity,
    maxSize: Math.max(0, words[maxSizeWord] ?? 0),
    identity: words.subarray(identityWord, identityWord + identityWords).join(),
  };
}

/** The arithmetic of positions in a ring of `units` units. */
export class Geometry {
  readonly units: number;
  /** The largest record that is written in one piece: larger ones would often find no room at the end. */
  readonly wholeLimit: number;
  /** A piece of a longer message is at most this large, so that both sides work at the same time … */
  readonly pieceLimit: number;
  /** … and at least this large, unless it is the last, or the ring's end comes first. */
  readonly pieceLeast: number;
  /** So much must be free before producers that wait for room are woken. */
  readonly roomy: number;

  constructor(units: number, limit: number = units >>> 2, least: number = units >>> 3) {
    this.units = units;
    this.wholeLimit = limit;
    this.pieceLimit = limit;
    this.pieceLeast = least;
    this.roomy = units >>> 3;
  }

  /** The unit at a position. */
  at(position: number): number {
    return position < this.units ? position : position - this.units;
  }

  /** The position `count` units further; `count` is at most the ring's size. */
  advance(position: number, count: number): number {
    const next = position + count;
    return next < 2 * this.units ? next : next - 2 * this.units;
  }

  /** How many units lie between a position and a later one. */
  distance(from: number, to: number): number {
    return to >= from ? to - from : to - from + 2 * this.units;
  }

  /** The same for positions that other threads wrote. @throws QueueCorruptedError when they cannot be. */
  filled(from: number, to: number): number {
    const count = this.distance(from, to);
    const last = 2 * this.units - 1;
    if (from >= 0 && from <= last && to >= 0 && to <= last && count <= this.units) return count;
    throw new QueueCorruptedError(`positions ${from} and ${to} of ${last + 1}`);
  }

  /** The units that a record of `length` bytes, and `more` units, takes at `unit`, of which `left` are in use. */
  occupied(unit: number, length: number, more: number, left: number): number {
    const count = recordUnits(length) + more;
    if (length >= 0 && count <= left && count <= this.units - unit) return count;
    throw new QueueCorruptedError(`a record of ${length} bytes`);
  }
}

/** The units that a record of `byteLength` bytes takes, with its header. */
export function recordUnits(byteLength: number): number {
  return 1 + unitsFor(byteLength);
}

export function unitsFor(byteLength: number): number {
  return Math.ceil(byteLength / unitBytes);
}

/** A message as the ring sees it: so many bytes, encoded in some way that it does not look into. */
export interface Payload {
  readonly kind: number;
  readonly byteLength: number;
}

/** A message that arrives in pieces. */
export interface Assembly<In> {
  /** Adds the `length` bytes behind the header of the record at `unit`. */
  add(unit: number, length: number): void;
  finish(): In;
}

/**
 * The memory of a ring. Everything that other threads can see happens in one of these calls, so the model
 * checker, which replaces the memory, can stop a party between any two.
 */
export interface RingMemory<Out extends Payload, In> extends Words {
  /*
   * The records. These are plain reads and writes: the owner of a side's mutex is alone with them, and the
   * other side sees them once a word was published.
   */
  lengthAt(unit: number): number;
  flagsAt(unit: number): number;
  writeHeader(unit: number, length: number, flags: number): void;
  /** The whole length of a message, in the unit behind the header of its first piece. */
  totalAt(unit: number): number;
  writeTotal(unit: number, total: number): void;
  /**
   * Whether a message, whose bytes begin at `unit`, can be taken: what belongs to it beside its bytes is here,
   * or need not be waited for any longer. May throw when `taking`: then it is not taken.
   */
  ready(kind: number, unit: number, taking: boolean): boolean;
  /** Copies `length` bytes of a message, from its byte `from` on, to where `unit` begins. */
  copyIn(unit: number, message: Out, from: number, length: number): void;
  /** Copies a whole message of `length` bytes out of where `unit` begins. */
  copyOut(unit: number, kind: number, length: number): In;
  /** Begins to copy out a message of `total` bytes, piece by piece. */
  assemble(kind: number, total: number): Assembly<In>;
}

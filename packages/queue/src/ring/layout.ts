/*
 * Where everything of a ring lies, in words of its memory. What different parties write lies on
 * different cache lines (16 words). The first line belongs to whoever makes the ring. See README.md.
 */

/** Guards all that producers write. See lock.ts. */
export const tailLock = 16;
/** Where the next record goes, and what state the writing side is in: see `position` below. */
export const tail = 17;
/** How many messages were put, modulo 2 ** 32. */
export const puts = 18;
/** What `tail`'s position and `puts` will be once the message that is being written is published. */
export const nextTail = 19;
export const nextPuts = 20;
/** A value that `head` had: producers need not look at the consumers' line each time. */
export const knownHead = 21;

/** Guards all that consumers write. */
export const headLock = 32;
/** The position of the next record to take. */
export const head = 33;
/** How many messages were taken, modulo 2 ** 32. */
export const takes = 34;
export const nextHead = 35;
export const nextTakes = 36;
/** A value that `tail`'s position had. */
export const knownTail = 37;

/** 1 while somebody may sleep until there is a message. */
export const items = 48;
/** 1 while the consumer in the middle of a message may sleep until there is more of it. */
export const piece = 49;

/** 1 while a consumer may sleep until what belongs to the next message, beside its bytes, has come. */
export const parts = 50;
/** 1 when everything that was in the ring was dropped: there is nothing to take, and never will be. */
export const dropped = 51;

/** 1 while somebody may sleep until there is room. */
export const space = 64;
/** 1 while the producer in the middle of a message may sleep until there is room for more of it. */
export const room = 65;

/** For a JoinableQueue: how many of the messages that were put are done with, modulo 2 ** 32. */
export const finished = 80;
/** 1 while somebody may sleep until all are. */
export const joined = 81;
/** How many of them were counted as finished because whoever had taken them died. */
export const lost = 82;

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

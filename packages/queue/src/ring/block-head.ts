import { QueueCorruptedError } from '../errors/queue-corrupted-error.js';
import { largestCapacity, smallestCapacity } from './layout.js';

/** The first line of a store's memory: what never changes. */
const capacityWord = 0;
const maxSizeWord = 1;
const identityWord = 2;
const identityWords = 4;

export interface StoreHead {
  readonly capacity: number;
  readonly maxSize: number;
  /** The same in every thread and process, and for no other store. */
  readonly identity: string;
}

/** Writes the head of a new store, whose memory begins with `words`. */
export function writeHead(words: Int32Array, capacity: number, maxSize: number): void {
  words[capacityWord] = capacity;
  words[maxSizeWord] = maxSize;
  for (let i = 0; i < identityWords; i += 1) words[identityWord + i] = Math.random() * 2 ** 32;
}

/**
 * The head of the store whose memory begins with `words`; `bytesFor` says how much a capacity takes.
 *
 * @throws QueueCorruptedError when there is no store.
 */
export function readHead(words: Int32Array, bytesFor: (capacity: number) => number): StoreHead {
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

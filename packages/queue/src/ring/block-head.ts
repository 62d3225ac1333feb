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

export function readHead(words: Int32Array): StoreHead {
  return {
    capacity: words[capacityWord] ?? 0,
    maxSize: words[maxSizeWord] ?? 0,
    identity: words.subarray(identityWord, identityWord + identityWords).join(),
  };
}

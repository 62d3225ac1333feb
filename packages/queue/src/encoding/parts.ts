/**
 * What bytes cannot carry and all threads of a process can have: SharedArrayBuffers, and WebAssembly
 * modules and shared memories. They pass beside the queue: see exchange/.
 */
export type Parts = readonly object[];

/** Parts that are about to be sent beside a message, whose first bytes name them. */
export interface PartsOffer {
  readonly key: number;
  /** The owner id of the thread that has them. */
  readonly sender: number;
  /** Sends them. To be called before the message can be seen; again when it is written again. */
  make(): void;
  /** The message was not put after all. */
  withdraw(): void;
}

/** One thread's way to the parts of the messages of one queue. */
export interface PartsDesk {
  /** Encodes a message: remembers the queues whose handles it takes along, for its `offer`. */
  encoding<T>(encode: () => T): T;
  offer(parts: Parts): PartsOffer;
  /**
   * Whether a message can be taken: its parts are here, or waiting for them is over.
   *
   * @throws SharedMemoryBusyError when `taking`, and they may still come, but did not for long.
   */
  ready(key: number, sender: number, taking: boolean): boolean;
  /** @throws SharedMemoryLostError when they will never come. */
  claim(key: number): Parts;
}

/** The bytes in front of a message with parts: the key, a float64, and the sender, an int32. */
export const partsHeaderBytes = 16;

/** Writes them, in the memory's own byte order. */
export function writePartsHeader(bytes: Uint8Array, { key, sender }: PartsOffer): void {
  new Float64Array(bytes.buffer, bytes.byteOffset, 1)[0] = key;
  new Int32Array(bytes.buffer, bytes.byteOffset + 8, 1)[0] = sender;
}

/** The key in front of a message that was copied out; NaN when there is none. */
export function partsKeyOf(bytes: Uint8Array): number {
  if (bytes.byteLength < partsHeaderBytes) return NaN;
  return new Float64Array(bytes.buffer, bytes.byteOffset, 1)[0] ?? NaN;
}

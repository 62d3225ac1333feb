import type { Redis } from 'ioredis';

/** One entry of a stream: its fields, as bytes. */
export type StreamEntry = ReadonlyMap<string, Uint8Array>;

type RawStreams = readonly (readonly [Uint8Array, readonly (readonly [Uint8Array, readonly Uint8Array[]])[]])[];

/** Reads a stream from its beginning, as its entries come, on a connection of its own. */
export class StreamReader {
  readonly #redis: Redis;
  readonly #key: string;
  readonly #block: number;
  readonly #read: (entry: StreamEntry) => void;
  #last = '0-0';
  #closed = false;
  readonly #done: Promise<void>;
  /** Those who wait until a certain entry has been read. */
  readonly #waiting = new Set<{ readonly until: string; readonly resolve: () => void }>();

  /** `block`: how long one command may wait, in milliseconds. */
  constructor(redis: Redis, key: string, block: number, read: (entry: StreamEntry) => void) {
    this.#redis = redis;
    this.#key = key;
    this.#block = Math.ceil(block);
    this.#read = read;
    this.#done = this.#run();
  }

  /** The id of the last entry that was read. */
  get last(): string {
    return this.#last;
  }

  /** Reads again from the beginning: the stream was lost, and is another one now. */
  rewind(): void {
    this.#last = '0-0';
  }

  /** Resolves when this entry has been read, or the reader is closed. */
  reached(until: string): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.add({ until, resolve });
      this.#wake();
    });
  }

  close(): Promise<void> {
    // The driver does not reject what waits for a connection that is not there.
    const isConnected = this.#redis.status === 'ready';
    this.#closed = true;
    this.#redis.disconnect();
    this.#wake();
    return isConnected ? this.#done : Promise.resolve();
  }

  async #run(): Promise<void> {
    for (;;) {
      if (this.#closed) return;
      let streams: RawStreams | null;
      const from = this.#last;
      try {
        streams = (await this.#redis.xreadBuffer(
          'COUNT', 500, 'BLOCK', this.#block, 'STREAMS', this.#key, from,
        ));
      } catch {
        // The connection broke or Redis is busy; what was in the stream is still there.
        await pause();
        continue;
      }
      // It was rewound meanwhile.
      if (from !== this.#last) continue;
      for (const [id, fields] of streams?.[0]?.[1] ?? []) {
        this.#last = textOf(id);
        this.#read(entryOf(fields));
      }
      this.#wake();
    }
  }

  #wake(): void {
    for (const each of this.#waiting) {
      if (!this.#closed && isBefore(this.#last, each.until)) continue;
      this.#waiting.delete(each);
      each.resolve();
    }
  }
}

/** Whether one id of a stream comes before another. */
function isBefore(id: string, other: string): boolean {
  const [time = 0, count = 0] = id.split('-').map(Number);
  const [otherTime = 0, otherCount = 0] = other.split('-').map(Number);
  return time === otherTime ? count < otherCount : time < otherTime;
}

const decoder = new TextDecoder();

export function textOf(bytes: Uint8Array | undefined): string {
  return bytes === undefined ? '' : decoder.decode(bytes);
}

function entryOf(fields: readonly Uint8Array[]): StreamEntry {
  const entry = new Map<string, Uint8Array>();
  for (let index = 0; index + 1 < fields.length; index += 2) {
    const value = fields[index + 1];
    if (value) entry.set(textOf(fields[index]), value);
  }
  return entry;
}

function pause(): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, 50);
  });
}

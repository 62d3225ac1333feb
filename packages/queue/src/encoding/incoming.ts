import { QueueCorruptedError } from '../errors.js';
import { mostBytes, newBytes, textMemory, type TextMemory } from '../platform/node.js';
import { Kind } from './kinds.js';
import { readRecord } from './record.js';

/** A message that was copied out of shared memory. */
export interface Incoming {
  readonly kind: number;
  /** For the kinds of text. */
  readonly text: string;
  readonly number: number;
  /** For a record. */
  readonly record: object | undefined;
  /** For the kinds of bytes: a copy of this message's own. */
  readonly bytes: Uint8Array<ArrayBuffer> | undefined;
  /** Why it could not be copied, if so: there is not enough memory for it. */
  readonly failure: unknown;
}

/** Shared memory in the shapes in which messages are read. */
export interface IncomingMemory {
  readonly bytes: Uint8Array;
  readonly doubles: Float64Array;
  readonly text: TextMemory;
}

/** Copies a message of `length` bytes out of shared memory. Never throws: a message must not stay in the way. */
export function readMessage(
  memory: IncomingMemory,
  at: number,
  kind: number,
  length: number,
): Incoming {
  try {
    if (kind < Kind.number) return incoming(kind, '', 0, undefined);
    if (kind === Kind.number) return incoming(kind, '', memory.doubles[at / 8] ?? 0, undefined);
    if (kind === Kind.record) return incomingRecord(memory, at, length);
    if (isText(kind)) return incoming(kind, readText(memory.text, kind, at, length), 0, undefined);
    const bytes = newBytes(length);
    bytes.set(memory.bytes.subarray(at, at + length));
    return incoming(kind, '', 0, bytes);
  } catch (failure) {
    return failed(kind, failure);
  }
}

/** A message that comes in pieces. */
export class IncomingPieces {
  readonly #memory: IncomingMemory;
  readonly #kind: number;
  #bytes: Uint8Array<ArrayBuffer> | undefined;
  #received = 0;
  #failure: unknown;

  constructor(memory: IncomingMemory, kind: number, total: number) {
    this.#memory = memory;
    this.#kind = kind;
    if (!Number.isSafeInteger(total) || total < 0 || total > mostBytes) {
      this.#failure = new QueueCorruptedError(`a message of ${total} bytes`);
      return;
    }
    try {
      this.#bytes = newBytes(total);
    } catch (error) {
      // It is received all the same, so that the next message can follow.
      this.#failure = error;
    }
  }

  add(at: number, length: number): void {
    this.#received += length;
    if (this.#bytes && this.#received > this.#bytes.length) this.#refuse();
    this.#bytes?.set(this.#memory.bytes.subarray(at, at + length), this.#received - length);
  }

  finish(): Incoming {
    const kind = this.#kind;
    if (this.#bytes && this.#received < this.#bytes.length) this.#refuse();
    const bytes = this.#bytes;
    if (!bytes) return failed(kind, this.#failure);
    if (!isText(kind) && kind !== Kind.record) return incoming(kind, '', 0, bytes);
    try {
      if (kind === Kind.record) {
        const doubles = new Float64Array(bytes.buffer, 0, bytes.length >> 3);
        return incomingRecord({ bytes, doubles, text: textMemory(bytes) }, 0, bytes.length);
      }
      return incoming(kind, readText(textMemory(bytes), kind, 0, bytes.length), 0, undefined);
    } catch (failure) {
      return failed(kind, failure);
    }
  }

  /** The pieces are not the message that was announced. */
  #refuse(): void {
    this.#failure = new QueueCorruptedError(`${this.#received} bytes of ${this.#bytes?.length ?? 0}`);
    this.#bytes = undefined;
  }
}

function incoming(
  kind: number,
  text: string,
  number: number,
  bytes: Uint8Array<ArrayBuffer> | undefined,
): Incoming {
  return { kind, text, number, bytes, record: undefined, failure: undefined };
}

function failed(kind: number, failure: unknown): Incoming {
  return { kind, text: '', number: 0, bytes: undefined, record: undefined, failure };
}

/** A record is read at once: its numbers are not in its text. */
function incomingRecord({ text, doubles }: IncomingMemory, at: number, length: number): Incoming {
  const end = at + length;
  const numbersEnd = end / 8;
  const record = readRecord(text.latin1Slice(at, end), (place) => doubles[numbersEnd + place] ?? 0);
  return { kind: Kind.record, text: '', number: 0, bytes: undefined, record, failure: undefined };
}

function isText(kind: number): boolean {
  return kind >= Kind.asciiText && kind <= Kind.utf8Json;
}

function readText(memory: TextMemory, kind: number, at: number, length: number): string {
  const end = at + length;
  if (kind === Kind.asciiText || kind === Kind.asciiJson) return memory.latin1Slice(at, end);
  return kind === Kind.utf16Text ? memory.ucs2Slice(at, end) : memory.utf8Slice(at, end);
}

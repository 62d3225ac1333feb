import type { Payload } from '../ring/layout.js';
import { newBytes, textMemory, type TextMemory } from '../platform/node.js';
import { Kind } from './kinds.js';
import type { PartsOffer } from './parts.js';
import { numbersFrom, type OutgoingRecord } from './record.js';

/** A message on its way into shared memory. */
export class Outgoing implements Payload {
  readonly kind: number;
  readonly byteLength: number;
  /** Where it stands in a PriorityQueue: lower ones first. */
  rank = 0;
  /** For the kinds of text. */
  #text: string | undefined;
  /** For the kinds of bytes. */
  #bytes: Uint8Array | undefined;
  /** Whether the bytes belong to the caller, which may change them. */
  #borrowed: boolean;
  readonly #number: number;
  #record: OutgoingRecord | undefined;
  /** What goes beside the bytes. */
  #offer: PartsOffer | undefined;

  private constructor(
    kind: number,
    byteLength: number,
    text: string | undefined,
    bytes: Uint8Array | undefined,
    borrowed: boolean,
    number: number,
  ) {
    this.kind = kind;
    this.byteLength = byteLength;
    this.#text = text;
    this.#bytes = bytes;
    this.#borrowed = borrowed;
    this.#number = number;
  }

  /** A message whose kind says everything. */
  static constant(kind: number): Outgoing {
    return new Outgoing(kind, 0, undefined, undefined, false, 0);
  }

  static number(value: number): Outgoing {
    return new Outgoing(Kind.number, 8, undefined, undefined, false, value);
  }

  static record(record: OutgoingRecord): Outgoing {
    const byteLength = numbersFrom(record.text.length) + record.numbers.length * 8;
    const message = new Outgoing(Kind.record, byteLength, undefined, undefined, false, 0);
    message.#record = record;
    return message;
  }

  static text(kind: number, text: string, byteLength: number): Outgoing {
    return new Outgoing(kind, byteLength, text, undefined, false, 0);
  }

  static bytes(kind: number, bytes: Uint8Array, borrowed: boolean): Outgoing {
    return new Outgoing(kind, bytes.byteLength, undefined, bytes, borrowed, 0);
  }

  /** Bytes, and parts that are sent beside them. */
  static sharing(bytes: Uint8Array, offer: PartsOffer): Outgoing {
    const message = Outgoing.bytes(Kind.sharing, bytes, false);
    message.#offer = offer;
    return message;
  }

  /** It was not put after all. */
  withdraw(): void {
    this.#offer?.withdraw();
  }

  /** Makes this independent of the caller's memory: the message has to wait, and the caller may change it meanwhile. */
  keep(): void {
    if (!this.#borrowed || !this.#bytes) return;
    this.#bytes = this.#bytes.slice();
    this.#borrowed = false;
  }

  /** Writes the bytes from `from` on, `length` of them, into shared memory. */
  writeTo(memory: OutgoingMemory, at: number, from: number, length: number): void {
    // Now, because it may be seen at once; not before, because it may never be put.
    if (from === 0) this.#offer?.make();
    if (this.kind === Kind.number) {
      memory.doubles[at / 8] = this.#number;
      return;
    }
    if (this.#record !== undefined) {
      if (length === this.byteLength) {
        writeRecord(memory, this.#record, at);
        return;
      }
      this.#spell(this.#record);
    }
    if (this.#text !== undefined) {
      if (length === this.byteLength) {
        writeText(memory.text, this.kind, this.#text, at, length);
        return;
      }
      this.#encode(this.#text);
    }
    if (!this.#bytes) return;
    const whole = length === this.#bytes.byteLength;
    memory.bytes.set(whole ? this.#bytes : this.#bytes.subarray(from, from + length), at);
  }

  /** Turns a record that goes in pieces into bytes. */
  #spell(record: OutgoingRecord): void {
    const bytes = newBytes(this.byteLength).fill(0);
    const doubles = new Float64Array(bytes.buffer, 0, this.byteLength >> 3);
    writeRecord({ bytes, doubles, text: textMemory(bytes) }, record, 0);
    this.#bytes = bytes;
    this.#record = undefined;
  }

  /** Turns text that goes in pieces into bytes. */
  #encode(text: string): void {
    const bytes = newBytes(this.byteLength);
    writeText(textMemory(bytes), this.kind, text, 0, this.byteLength);
    this.#bytes = bytes;
    this.#text = undefined;
  }
}

/** Shared memory in the shapes in which messages are written. */
export interface OutgoingMemory {
  readonly bytes: Uint8Array;
  readonly doubles: Float64Array;
  readonly text: TextMemory;
}

function writeRecord(memory: OutgoingMemory, { text, numbers }: OutgoingRecord, at: number): void {
  memory.text.latin1Write(text, at, text.length);
  const first = (at + numbersFrom(text.length)) / 8;
  for (let i = 0; i < numbers.length; i += 1) memory.doubles[first + i] = numbers[i] ?? 0;
}

function writeText(memory: TextMemory, kind: number, text: string, at: number, length: number): void {
  if (kind === Kind.asciiText || kind === Kind.asciiJson) memory.latin1Write(text, at, length);
  else if (kind === Kind.utf16Text) memory.ucs2Write(text, at, length);
  else memory.utf8Write(text, at, length);
}

import { isMovePending } from '@manycore/core/internal';
import {
  decodePlain,
  encodePlain,
  type Incoming,
  Kind,
  type Outgoing,
  type OutgoingMemory,
  readMessage,
  textMemory,
} from '@manycore/queue/internal';

import { isProxy } from '../../platform/node.js';
import { areNumbers } from '../numbers.js';
import type { Shape } from '../transport.js';
import { unitBytes } from './ring.js';

/*
 * A record: a header of six words, and behind it the values of a task, or a result.
 *
 * | word | a task | a result |
 * |---|---|---|
 * | 0 | how many bytes the values take; negative: the units of a gap | the same |
 * | 1 | form, kind, shape, whether partial results are wanted | form, kind |
 * | 2 | the task's number, of which 32 bits are enough | the same |
 * | 3 | the number of the target | how long it ran |
 * | 4 | the attempt | |
 * | 5 | the number of the first item of a chunk | `largeResult`, or 0 |
 *
 * Values that lie in the overflow area take the two words behind the header: where they begin, and how many bytes they take.
 */
const headerBytes = 24;

/** The units of a record without values. */
export const headerUnits: number = headerBytes / unitBytes;

/** How values stand in a record. Both sides of a ring run the same version of this package. */
export const Form = {
  /** No values: a call without arguments. */
  none: 0,
  /** One value. */
  single: 1,
  /** A list, as one value. */
  list: 2,
  /** A list of numbers, as float64. */
  numbers: 3,
  /** The values come in a message: see README.md. */
  elsewhere: 4,
} as const;

type FormNumber = (typeof Form)[keyof typeof Form];

/** What a record says of a result that comes by message, and could lie in an overflow area if there were one. */
export const largeResult = 1;

const shapes: readonly Shape[] = ['call', 'map', 'starmap'];

/** Values, ready to be written. They are made before a record is: to look at values may run the program's code. */
export interface EncodedValues {
  readonly form: FormNumber;
  readonly byteLength: number;
  readonly value: Outgoing | undefined;
  readonly numbers: readonly number[] | undefined;
  /** Where they lie in the overflow area; undefined in the record itself. */
  readonly place?: number;
}

const noValues: EncodedValues = { form: Form.none, byteLength: 0, value: undefined, numbers: undefined };

/** The values come in a message. */
export const elsewhere: EncodedValues = { ...noValues, form: Form.elsewhere };

/** A list of values: the arguments of a call, or items, or their results. Undefined when a record cannot carry it. */
export function encodeList(values: readonly unknown[], limit: number): EncodedValues | undefined {
  if (values.length === 0) return noValues;
  if (values.length === 1 && Object.hasOwn(values, 0)) return encodeSingle(values[0], limit);
  if (areNumbers(values)) {
    const byteLength = values.length * 8;
    return byteLength > limit ? undefined : { form: Form.numbers, byteLength, value: undefined, numbers: values };
  }
  return values.some(isProxy) ? undefined : encode(Form.list, values, limit);
}

/** One value, in the same way. */
export function encodeSingle(value: unknown, limit: number): EncodedValues | undefined {
  return isProxy(value) ? undefined : encode(Form.single, value, limit);
}

/** A proxy is left to the message, which refuses it; what may be marked by `move`, and a Buffer, to what messages do. */
function encode(form: FormNumber, value: unknown, limit: number): EncodedValues | undefined {
  if (typeof value === 'object' && isMovePending()) return undefined;
  const encoded = encodePlain(value);
  if (!encoded || encoded.byteLength > limit || encoded.kind === bufferKind) return undefined;
  return { form, byteLength: encoded.byteLength, value: encoded, numbers: undefined };
}

/** A record on its way into a ring: one object for all, since a record is filled in and written at once. */
export class OutgoingRecord {
  id = 0;
  detail = 0;
  attempt = 0;
  offset = 0;
  shape: Shape = 'call';
  wantsPartial = false;
  values: EncodedValues = noValues;

  /** How many units it takes, its header included. */
  get units(): number {
    const { place, byteLength } = this.values;
    return headerUnits + (place === undefined ? Math.ceil(byteLength / unitBytes) : placeBytes / unitBytes);
  }

  /** Values that have a place are written to the overflow area. */
  write(memory: OutgoingMemory, words: Int32Array, at: number, overflow: OutgoingMemory | undefined): void {
    const { form, byteLength, value, place } = this.values;
    const word = at >> 2;
    words[word] = place === undefined ? byteLength : placeBytes;
    words[word + 1] =
      form |
      ((value?.kind ?? 0) << 8) |
      (shapes.indexOf(this.shape) << 16) |
      (this.wantsPartial ? partialBit : 0) |
      (place === undefined ? 0 : overflowBit);
    words[word + 2] = this.id;
    words[word + 3] = this.detail;
    words[word + 4] = this.attempt;
    words[word + 5] = this.offset;
    if (place === undefined || !overflow) {
      writeValues(memory, at + headerBytes, this.values);
      return;
    }
    words[word + 6] = place;
    words[word + 7] = byteLength;
    writeValues(overflow, place, this.values);
  }
}

function writeValues(memory: OutgoingMemory, at: number, { byteLength, value, numbers }: EncodedValues): void {
  if (value) value.writeTo(memory, at, 0, byteLength);
  else if (numbers) memory.doubles.set(numbers, at / 8);
}

/** A record that was copied out of a ring. */
export interface IncomingRecord {
  readonly form: number;
  readonly id: number;
  readonly detail: number;
  readonly attempt: number;
  readonly offset: number;
  readonly shape: Shape;
  readonly wantsPartial: boolean;
  readonly message: Incoming | undefined;
  readonly numbers: ArrayLike<number> | undefined;
}

/** How many units a record takes, by its first word; negative for a gap. */
export function unitsOf(firstWord: number): number {
  return firstWord < 0 ? firstWord : headerUnits + Math.ceil(firstWord / unitBytes);
}

/**
 * Copies a record out of the memory of a ring, and its values out of the overflow area if they lie there. Never throws:
 * `valueOf` and `listOf` do, for what cannot be read.
 */
export function readRecord(
  ring: OutgoingMemory,
  words: Int32Array,
  at: number,
  room: number,
  overflow: OutgoingMemory | undefined,
): IncomingRecord {
  const word = at >> 2;
  const tag = words[word + 1] ?? 0;
  const form = tag & 0xff;
  const isOverflow = (tag & overflowBit) !== 0;
  const memory = isOverflow ? (overflow ?? noMemory) : ring;
  const hasValue = form === Form.single || form === Form.list;
  const from = isOverflow ? within(words[word + 6], memory.bytes.byteLength) & -8 : at + headerBytes;
  const byteLength = isOverflow
    ? within(words[word + 7], memory.bytes.byteLength - from)
    : within(words[word], room - headerBytes);
  return {
    form,
    id: words[word + 2] ?? 0,
    detail: words[word + 3] ?? 0,
    attempt: words[word + 4] ?? 0,
    offset: words[word + 5] ?? 0,
    shape: shapes[(tag >> 16) & 3] ?? 'call',
    wantsPartial: (tag & partialBit) !== 0,
    message: hasValue ? readMessage(memory, from, (tag >> 8) & 0xff, byteLength) : undefined,
    numbers: form === Form.numbers ? readNumbers(memory.doubles, from / 8, byteLength / 8, isOverflow) : undefined,
  };
}

/** No value can be read from it. */
const noMemory: OutgoingMemory = { bytes: new Uint8Array(0), doubles: new Float64Array(0), text: textMemory(new Uint8Array(0)) };

/** The other side wrote it, and may have written anything. */
function within(value: number | undefined, most: number): number {
  return Math.min(Math.max(value ?? 0, 0), most);
}

/** The one value of a record. @throws QueueCorruptedError */
export function valueOf({ form, message }: IncomingRecord): unknown {
  if (form !== Form.single || !message) throw new TypeError('a record without a value');
  return decodePlain(message);
}

/** The list of a record. @throws QueueCorruptedError */
export function listOf(record: IncomingRecord): readonly unknown[] {
  const { form, message, numbers } = record;
  if (form === Form.none) return [];
  if (form === Form.single) return [valueOf(record)];
  if (numbers) return numbers as readonly number[];
  const list: unknown = message && decodePlain(message);
  if (!Array.isArray(list)) throw new TypeError('a record without a list');
  return list;
}

const partialBit = 1 << 18;
const overflowBit = 1 << 19;
/** What a record holds of values that lie in the overflow area. */
const placeBytes = 8;

const bufferKind = Kind.firstView + 3;

/** Of many numbers a typed array, which is used like a list: see `numbers.ts`. */
function readNumbers(doubles: Float64Array, from: number, count: number, many: boolean): ArrayLike<number> {
  if (many) return new Float64Array(doubles.subarray(from, from + count));
  const numbers: number[] = [];
  for (let place = 0; place < count; place += 1) numbers.push(doubles[from + place] ?? 0);
  return numbers;
}

/** Run times travel as one word: microseconds, or, negative, milliseconds of a long one. */
const longestMicroseconds = 2 ** 31 - 1;

/** The word for a time in milliseconds. */
export function runTimeWord(time: number): number {
  const microseconds = Math.round(time * 1000);
  return microseconds <= longestMicroseconds ? microseconds : -Math.min(Math.round(time), longestMicroseconds);
}

/** The time in milliseconds. */
export function runTimeIn(word: number): number {
  return word >= 0 ? word / 1000 : -word;
}

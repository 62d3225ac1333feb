import { isArrayBuffer } from '@manycore/core/internal';
import { isBuffer, toBuffer } from '../platform/node.js';

/**
 * How the bytes of a message stand for its value. Part of the memory that different processes share: a
 * number keeps its meaning.
 */
export const Kind = {
  undefined: 0,
  null: 1,
  false: 2,
  true: 3,
  /** One float64 in the memory's own byte order. */
  number: 4,
  /** A string: ASCII, one byte a character. */
  asciiText: 5,
  /** A string with no lone surrogates. */
  utf8Text: 6,
  /** Any string. */
  utf16Text: 7,
  /** A value that JSON carries exactly; the text is ASCII. */
  asciiJson: 8,
  utf8Json: 9,
  /** A value in the engine's own format, packed by core. */
  structured: 10,
  /** The same, and what it shares goes beside the queue: see exchange/. */
  sharing: 11,
  /** A small plain object. See record.ts. */
  record: 12,
  /** This and higher ones: the bytes of a view or buffer. See below. */
  firstView: 16,
} as const;

type ViewMaker = (buffer: ArrayBuffer, byteOffset: number, byteLength: number) => object;

/** The classes of binary data, in the order of their numbers, which must not change. */
const makers: readonly ViewMaker[] = [
  (buffer) => buffer,
  (buffer, at, bytes) => new DataView(buffer, at, bytes),
  (buffer, at, bytes) => new Uint8Array(buffer, at, bytes),
  (buffer, at, bytes) => toBuffer(buffer, at, bytes),
  (buffer, at, bytes) => new Int8Array(buffer, at, bytes),
  (buffer, at, bytes) => new Uint8ClampedArray(buffer, at, bytes),
  (buffer, at, bytes) => new Int16Array(buffer, at, bytes / 2),
  (buffer, at, bytes) => new Uint16Array(buffer, at, bytes / 2),
  (buffer, at, bytes) => new Int32Array(buffer, at, bytes / 4),
  (buffer, at, bytes) => new Uint32Array(buffer, at, bytes / 4),
  (buffer, at, bytes) => new Float32Array(buffer, at, bytes / 4),
  (buffer, at, bytes) => new Float64Array(buffer, at, bytes / 8),
  (buffer, at, bytes) => new BigInt64Array(buffer, at, bytes / 8),
  (buffer, at, bytes) => new BigUint64Array(buffer, at, bytes / 8),
  (buffer, at, bytes) => new (float16Array())(buffer, at, bytes / 2),
];

type Float16Constructor = new (buffer: ArrayBuffer, byteOffset: number, length: number) => object;

/** The platform's own, from Node.js 24 on. */
function float16Array(): Float16Constructor {
  const { Float16Array } = globalThis as { Float16Array?: Float16Constructor };
  if (Float16Array) return Float16Array;
  throw new TypeError('a Float16Array arrived, and this version of the platform has none');
}

const numbers: ReadonlyMap<string, number> = new Map([
  ['Uint8Array', 2],
  ['Int8Array', 4],
  ['Uint8ClampedArray', 5],
  ['Int16Array', 6],
  ['Uint16Array', 7],
  ['Int32Array', 8],
  ['Uint32Array', 9],
  ['Float32Array', 10],
  ['Float64Array', 11],
  ['BigInt64Array', 12],
  ['BigUint64Array', 13],
  ['Float16Array', 14],
]);

/** The number of the class of a view; undefined for one that this version does not know. */
export function viewNumber(view: ArrayBufferView): number | undefined {
  if (isBuffer(view)) return 3;
  const tag: unknown = tagOf.call(view);
  return tag === undefined ? 1 : numbers.get(tag as string);
}

/** The name of a typed array's class, whatever it was derived from; undefined for a DataView. */
const tagOf = (
  Object.getOwnPropertyDescriptor(
    Object.getPrototypeOf(Uint8Array.prototype) as object,
    Symbol.toStringTag,
  ) as { get: (this: unknown) => unknown }
).get;

/** The kind of a message that is binary data and nothing else; undefined when it goes otherwise. */
export function viewKind(value: object): number | undefined {
  if (isArrayBuffer(value)) return isOrdinary(value) ? Kind.firstView : undefined;
  if (!ArrayBuffer.isView(value) || isShared(value.buffer) || isDetached(value.buffer)) {
    return undefined;
  }
  const number = viewNumber(value);
  return number === undefined ? undefined : Kind.firstView + number;
}

/** One that can be resized stays so, in the engine's own format; and that refuses what was transferred away. */
function isOrdinary(buffer: ArrayBuffer): boolean {
  return (buffer as { resizable?: boolean }).resizable !== true && !isDetached(buffer);
}

function isDetached(buffer: ArrayBuffer): boolean {
  if (buffer.byteLength > 0) return false;
  try {
    new Uint8Array(buffer);
    return false;
  } catch {
    return true;
  }
}

/** Whether memory is shared between threads; also memory that comes from another realm. */
export function isShared(buffer: ArrayBufferLike): buffer is SharedArrayBuffer {
  return buffer[Symbol.toStringTag] === 'SharedArrayBuffer';
}

/** The bytes of binary data, not copied. */
export function bytesOf(value: ArrayBuffer | ArrayBufferView): Uint8Array {
  return ArrayBuffer.isView(value)
    ? new Uint8Array(value.buffer, value.byteOffset, value.byteLength)
    : new Uint8Array(value);
}

/** A view of a class over bytes; the buffer itself for the number 0. */
export function makeView(
  number: number,
  buffer: ArrayBufferLike,
  byteOffset: number,
  byteLength: number,
): object {
  const make = makers[number];
  if (!make) throw new RangeError(`binary data of the unknown class ${number}`);
  return make(buffer as ArrayBuffer, byteOffset, byteLength);
}

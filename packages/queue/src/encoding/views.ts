import { isBuffer, toBuffer } from '../platform/node.js';
import { Kind } from './kinds.js';

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
];

const numbers: ReadonlyMap<string, number> = new Map([
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
]);

/** The number of the class of a view; undefined for one that this version does not know. */
export function viewNumber(view: ArrayBufferView): number | undefined {
  if (view instanceof Uint8Array) return isBuffer(view) ? 3 : tagOf(view) === 'Uint8Array' ? 2 : 5;
  return view instanceof DataView ? 1 : numbers.get(tagOf(view));
}

/** The name of a typed array's class, whatever it was derived from. */
function tagOf(view: ArrayBufferView): string {
  return (view as unknown as { [Symbol.toStringTag]: string })[Symbol.toStringTag];
}

/** The kind of a message that is binary data and nothing else; undefined when it goes otherwise. */
export function viewKind(value: object): number | undefined {
  if (value instanceof ArrayBuffer) return Kind.firstView;
  if (!ArrayBuffer.isView(value) || !(value.buffer instanceof ArrayBuffer)) return undefined;
  const number = viewNumber(value);
  return number === undefined ? undefined : Kind.firstView + number;
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

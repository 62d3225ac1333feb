/** The kinds of numbers that shared values are made of: signed, unsigned, floating, and truth values. */
export type ElementType =
  | 'i8'
  | 'u8'
  | 'i16'
  | 'u16'
  | 'i32'
  | 'u32'
  | 'i64'
  | 'u64'
  | 'f32'
  | 'f64'
  | 'bool';

/** What JavaScript calls an element of the type: 64-bit integers are bigints. */
export type ElementOf<T extends ElementType> = T extends 'i64' | 'u64'
  ? bigint
  : T extends 'bool'
    ? boolean
    : number;

export interface ViewTypes {
  i8: Int8Array;
  u8: Uint8Array;
  i16: Int16Array;
  u16: Uint16Array;
  i32: Int32Array;
  u32: Uint32Array;
  i64: BigInt64Array;
  u64: BigUint64Array;
  f32: Float32Array;
  f64: Float64Array;
  bool: Uint8Array;
}

/** The typed array over elements of the type; truth values are bytes, 0 and 1. */
export type ViewOf<T extends ElementType> = ViewTypes[T];

type Memory = SharedArrayBuffer | ArrayBuffer;

type ViewMakers = {
  readonly [T in ElementType]: (memory: Memory, offset: number, length: number) => ViewTypes[T];
};

const viewMakers: ViewMakers = {
  i8: (memory, offset, length) => new Int8Array(memory, offset, length),
  u8: (memory, offset, length) => new Uint8Array(memory, offset, length),
  i16: (memory, offset, length) => new Int16Array(memory, offset, length),
  u16: (memory, offset, length) => new Uint16Array(memory, offset, length),
  i32: (memory, offset, length) => new Int32Array(memory, offset, length),
  u32: (memory, offset, length) => new Uint32Array(memory, offset, length),
  i64: (memory, offset, length) => new BigInt64Array(memory, offset, length),
  u64: (memory, offset, length) => new BigUint64Array(memory, offset, length),
  f32: (memory, offset, length) => new Float32Array(memory, offset, length),
  f64: (memory, offset, length) => new Float64Array(memory, offset, length),
  bool: (memory, offset, length) => new Uint8Array(memory, offset, length),
};

const sizes: Readonly<Record<ElementType, number>> = {
  i8: 1,
  u8: 1,
  i16: 2,
  u16: 2,
  i32: 4,
  u32: 4,
  i64: 8,
  u64: 8,
  f32: 4,
  f64: 8,
  bool: 1,
};

/** Checks a `type` argument that a caller may have given untyped. */
export function elementTypeOf<T extends ElementType>(type: T): T {
  if (typeof (type as unknown) === 'string' && Object.hasOwn(sizes, type)) return type;
  const known = Object.keys(sizes).join(', ');
  throw new TypeError(`type must be one of ${known}, not ${JSON.stringify(type)}`);
}

/** Bytes of one element. */
export function sizeOf(type: ElementType): number {
  return sizes[type];
}

/** A typed array over `length` elements that begin at byte `offset`. */
export function viewOf<T extends ElementType>(
  type: T,
  memory: Memory,
  offset: number,
  length: number,
): ViewOf<T> {
  return viewMakers[type](memory, offset, length);
}

const wholeRanges: Readonly<Partial<Record<ElementType, readonly [number, number]>>> = {
  i8: [-(2 ** 7), 2 ** 7 - 1],
  u8: [0, 2 ** 8 - 1],
  i16: [-(2 ** 15), 2 ** 15 - 1],
  u16: [0, 2 ** 16 - 1],
  i32: [-(2 ** 31), 2 ** 31 - 1],
  u32: [0, 2 ** 32 - 1],
};

const bigRanges: Readonly<Partial<Record<ElementType, readonly [bigint, bigint]>>> = {
  i64: [-(2n ** 63n), 2n ** 63n - 1n],
  u64: [0n, 2n ** 64n - 1n],
};

/** Throws a TypeError or RangeError that says why `value` is no element of the type. */
export function checkElement<T extends ElementType>(type: T, value: ElementOf<T>): void {
  const given: unknown = value;
  if (type === 'bool') {
    if (typeof given !== 'boolean') throw wrongType(type, 'a boolean', given);
    return;
  }
  const big = bigRanges[type];
  if (big) {
    if (typeof given !== 'bigint') throw wrongType(type, 'a bigint such as 1n', given);
    if (given < big[0] || given > big[1]) {
      throw new RangeError(`${given} does not fit into ${type} (${big[0]} to ${big[1]})`);
    }
    return;
  }
  if (typeof given !== 'number') throw wrongType(type, 'a number', given);
  const whole = wholeRanges[type];
  if (!whole) return;
  if (!Number.isInteger(given)) {
    throw new RangeError(`${type} holds whole numbers, not ${given}`);
  }
  if (given < whole[0] || given > whole[1]) {
    throw new RangeError(`${given} does not fit into ${type} (${whole[0]} to ${whole[1]})`);
  }
}

function wrongType(type: ElementType, wanted: string, given: unknown): TypeError {
  return new TypeError(`${type} holds ${wanted}, not ${given === null ? 'null' : typeof given}`);
}

/** The same memory as integers that `Atomics` can handle; one element each. */
type Bits = Exclude<ViewOf<ElementType>, Float32Array | Float64Array>;

// To turn a floating-point number into the bits that Atomics can store, and back.
const scratch = new ArrayBuffer(8);
const single = new Float32Array(scratch);
const double = new Float64Array(scratch);
const word = new Int32Array(scratch);
const longWord = new BigInt64Array(scratch);

/** Reads and writes one element after another, each at once: no reader ever sees half of a value. */
export class Cells<T extends ElementType> {
  readonly #type: T;
  readonly #bits: Bits;

  constructor(type: T, view: ViewOf<T>) {
    this.#type = type;
    const { buffer, byteOffset, length } = view;
    if (view instanceof Float32Array) this.#bits = new Int32Array(buffer, byteOffset, length);
    else if (view instanceof Float64Array) this.#bits = new BigInt64Array(buffer, byteOffset, length);
    else this.#bits = view;
  }

  load(index: number): ElementOf<T> {
    return this.#decode(load(this.#bits, index)) as ElementOf<T>;
  }

  store(index: number, value: ElementOf<T>): void {
    store(this.#bits, index, this.#encode(value));
  }

  #decode(bits: number | bigint): number | bigint | boolean {
    switch (this.#type) {
      case 'f32':
        word[0] = bits as number;
        return single[0] ?? 0;
      case 'f64':
        longWord[0] = bits as bigint;
        return double[0] ?? 0;
      case 'bool':
        return bits !== 0;
      default:
        return bits;
    }
  }

  #encode(value: number | bigint | boolean): number | bigint {
    switch (this.#type) {
      case 'f32':
        single[0] = value as number;
        return word[0] ?? 0;
      case 'f64':
        double[0] = value as number;
        return longWord[0] ?? 0n;
      default:
        return typeof value === 'boolean' ? Number(value) : value;
    }
  }
}

function load(bits: Bits, index: number): number | bigint {
  return isLong(bits) ? Atomics.load(bits, index) : Atomics.load(bits, index);
}

function store(bits: Bits, index: number, value: number | bigint): void {
  if (isLong(bits)) Atomics.store(bits, index, value as bigint);
  else Atomics.store(bits, index, value as number);
}

function isLong(bits: Bits): bits is BigInt64Array | BigUint64Array {
  return bits instanceof BigInt64Array || bits instanceof BigUint64Array;
}

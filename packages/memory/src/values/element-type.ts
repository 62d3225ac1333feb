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

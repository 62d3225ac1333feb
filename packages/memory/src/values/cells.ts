import type { ElementOf, ElementType, ViewOf } from './element-type.js';

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

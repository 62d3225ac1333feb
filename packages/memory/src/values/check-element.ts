import type { ElementOf, ElementType } from './element-type.js';

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

import { type ElementOf, type ElementType, SharedArray, Value } from '@manycore/memory';
import { describe, expect, expectTypeOf, test } from 'vitest';

import { crew, mixedCrew, scopes } from './support/crew.js';

interface Kind {
  readonly type: ElementType;
  readonly least: ElementOf<ElementType>;
  readonly most: ElementOf<ElementType>;
  /** What does not fit, and what is no such thing at all. */
  readonly tooMuch: readonly unknown[];
  readonly wrong: readonly unknown[];
}

const kinds: readonly Kind[] = [
  { type: 'i8', least: -128, most: 127, tooMuch: [-129, 128, 0.5, NaN], wrong: ['1', 1n, true] },
  { type: 'u8', least: 0, most: 255, tooMuch: [-1, 256], wrong: [null, undefined] },
  { type: 'i16', least: -32_768, most: 32_767, tooMuch: [-32_769, 32_768], wrong: [{}] },
  { type: 'u16', least: 0, most: 65_535, tooMuch: [-1, 65_536], wrong: [[]] },
  { type: 'i32', least: -(2 ** 31), most: 2 ** 31 - 1, tooMuch: [2 ** 31], wrong: ['x'] },
  { type: 'u32', least: 0, most: 2 ** 32 - 1, tooMuch: [2 ** 32, Infinity], wrong: [5n] },
  { type: 'i64', least: -(2n ** 63n), most: 2n ** 63n - 1n, tooMuch: [2n ** 63n], wrong: [1] },
  { type: 'u64', least: 0n, most: 2n ** 64n - 1n, tooMuch: [-1n, 2n ** 64n], wrong: [1] },
  { type: 'f32', least: -0.25, most: 2 ** 127, tooMuch: [], wrong: ['1', 1n] },
  { type: 'f64', least: -Number.MAX_VALUE, most: Math.PI, tooMuch: [], wrong: [null] },
  { type: 'bool', least: false, most: true, tooMuch: [], wrong: [0, 1, 'true'] },
];

describe.each(scopes)('Value, scope %s', (scope) => {
  test.each(kinds)('of type $type holds what fits', ({ type, least, most, tooMuch, wrong }) => {
    const value = new Value(type, least, { scope });
    expect(value.type).toBe(type);
    expect(value.scope).toBe(scope);
    expect(value.value).toBe(least);
    value.value = most;
    expect(value.value).toBe(most);
    for (const bad of tooMuch) {
      expect(() => (value.value = bad as never)).toThrow(RangeError);
      expect(() => new Value(type, bad as never, { scope })).toThrow(RangeError);
    }
    for (const bad of wrong) {
      expect(() => (value.value = bad as never)).toThrow(TypeError);
      expect(() => new Value(type, bad as never, { scope })).toThrow(TypeError);
    }
    expect(value.value).toBe(most);
  });

  test('is the same everywhere', async () => {
    const value = new Value('f64', 1.5, { scope });
    await using parties = mixedCrew(scope);
    for (const party of parties) {
      expect(await party.tell('get', value)).toBe(value.value);
      await party.tell('set', value, value.value * 2);
    }
    expect(value.value).toBe(6);
  });

  test('is updated under its lock', async () => {
    const value = new Value('i32', 1, { scope });
    expect(await value.update((n) => n + 1)).toBe(2);
    expect(value.updateSync((n) => n * 5)).toBe(10);
    await expect(value.update(() => 0.5)).rejects.toThrow('i32 holds whole numbers, not 0.5');
    expect(() => value.updateSync(() => 'x' as never)).toThrow('i32 holds a number, not string');
    const failure = new Error('on purpose');
    const fail = (): number => {
      throw failure;
    };
    await expect(value.update(fail)).rejects.toBe(failure);
    expect(() => value.updateSync(fail)).toThrow(failure);
    expect(value.value).toBe(10);
    expect(value.lock.locked).toBe(false);
    // A single-precision number is rounded as it is stored.
    const rounded = new Value('f32', 0, { scope });
    expect(await rounded.update(() => 0.1)).toBe(Math.fround(0.1));
  });
});

describe.each(scopes)('SharedArray, scope %s', (scope) => {
  test.each(kinds)('of type $type holds what fits', ({ type, least, most, tooMuch, wrong }) => {
    const array = new SharedArray(type, [least, most], { scope });
    expect([...array]).toEqual([least, most]);
    expect(array.toArray()).toEqual([least, most]);
    expect(array.byteLength).toBe(2 * array.view.BYTES_PER_ELEMENT);
    array.set(0, most);
    expect(array.get(0)).toBe(most);
    expect(array.fill(least).toArray()).toEqual([least, least]);
    for (const bad of [...tooMuch, ...wrong]) {
      expect(() => array.set(0, bad as never)).toThrow();
      expect(() => array.fill(bad as never)).toThrow();
      expect(() => new SharedArray(type, [bad as never], { scope })).toThrow();
    }
  });

  test('is all zero at first', () => {
    const array = new SharedArray('f64', 10_000, { scope });
    expect(array.length).toBe(10_000);
    expect(array.view.every((element) => element === 0)).toBe(true);
  });

  test('has a view of the same elements', () => {
    const array = new SharedArray('i16', 5, { scope });
    array.view[2] = -7;
    expect(array.get(2)).toBe(-7);
    array.set(-1, 9);
    expect([...array.view]).toEqual([0, 0, -7, 0, 9]);
    Atomics.add(array.view, 0, 1);
    expect(array.get(0)).toBe(1);
    array.lock.runSync(() => expect([...array.view]).toEqual([1, 0, -7, 0, 9]));
  });

  test('checks indexes', async () => {
    const array = new SharedArray('u8', [1, 2, 3], { scope });
    expect([array.get(-3), array.get(2)]).toEqual([1, 3]);
    for (const index of [3, -4, 0.5, NaN, Infinity, '1']) {
      const bad = index as number;
      expect(() => array.get(bad)).toThrow(RangeError);
      expect(() => array.set(bad, 1)).toThrow(/is out of range: this SharedArray has 3 elements/);
      expect(() => array.updateSync(bad, (n) => n)).toThrow(RangeError);
      await expect(array.update(bad, (n) => n)).rejects.toThrow(RangeError);
    }
  });

  test('is read and written by index', () => {
    const array = new SharedArray('i16', [1, 2, 3], { scope });
    array[0] = 10;
    array[-1] = 30;
    expect([array[0], array[1], array[2], array[-3]]).toEqual([10, 2, 30, 10]);
    expect([...array]).toEqual([10, 2, 30]);
    expect(Object.keys(array)).not.toContain('0');
    expect(() => array[3]).toThrow('index 3 is out of range: this SharedArray has 3 elements');
    expect(() => (array[3] = 1)).toThrow(RangeError);
    expect(() => array[0.5]).toThrow(RangeError);
    expect(() => (array[0] = 40_000)).toThrow(RangeError);
    const other = array as unknown as Record<string, unknown>;
    expect([other['01'], other['then']]).toEqual([undefined, undefined]);
    other['note'] = 'mine';
    expect(other['note']).toBe('mine');
  });

  test('checks its length and its values', () => {
    for (const length of [0, -1, 1.5, NaN]) {
      expect(() => new SharedArray('i32', length, { scope })).toThrow(RangeError);
    }
    expect(() => new SharedArray('i32', [], { scope })).toThrow(/a positive whole number of elements/);
    expect(() => new SharedArray('i32', null as never, { scope })).toThrow(TypeError);
    expect(() => new SharedArray('int' as never, 1, { scope })).toThrow(
      'type must be one of i8, u8, i16, u16, i32, u32, i64, u64, f32, f64, bool, not "int"',
    );
  });

  test('is the same everywhere', async () => {
    const array = new SharedArray('i64', [1n, 2n, 3n], { scope });
    await using parties = mixedCrew(scope);
    for (const party of parties) {
      expect(await party.tell('sum', array)).toBe(6);
      await party.tell('setAt', array, -1, 0n);
      expect(array.get(2)).toBe(0n);
      array.set(2, 3n);
    }
  });

  test('that is large crosses as well', async () => {
    const array = new SharedArray('f64', 200_000, { scope });
    array.view.fill(0.5);
    await using parties = crew(scope, 1);
    expect(await parties[0]?.tell('sum', array)).toBe(100_000);
  });

  test('is updated element by element', async () => {
    const array = new SharedArray('i32', [1, 2], { scope });
    expect(await array.update(-1, (n) => n + 10)).toBe(12);
    expect(array.updateSync(0, (n) => n - 1)).toBe(0);
    await expect(array.update(0, () => 2 ** 40)).rejects.toThrow(RangeError);
    expect(array.toArray()).toEqual([0, 12]);
  });
});

test('the kind of the elements is part of the type', () => {
  expectTypeOf(new Value('i64', 1n).value).toEqualTypeOf<bigint>();
  expectTypeOf(new Value('bool', true).value).toEqualTypeOf<boolean>();
  expectTypeOf(new SharedArray('f32', 1).view).toEqualTypeOf<Float32Array>();
  // @ts-expect-error: a 64-bit integer is a bigint
  expect(() => new Value('i64', 1)).toThrow(TypeError);
  // @ts-expect-error: no such type
  expect(() => new Value('int', 1)).toThrow(TypeError);
});

import { allocate, SharedArray, SharedMemory } from '@manycore/memory';
import { describe, expect, test } from 'vitest';

import { scopes } from './support/crew.js';

const gibibyte = 2 ** 30;

describe.each(scopes)('a size that cannot be had names the limit, scope %s', (scope) => {
  test.each([
    ['a block', () => allocate(2 ** 52, scope)],
    ['a SharedArray', () => new SharedArray('i64', 2 ** 49, { scope })],
    ['a SharedMemory', () => new SharedMemory({ size: 2 ** 52, scope })],
  ])('%s', (_, make) => {
    expect(make).toThrow(RangeError);
    expect(make).toThrow(/bytes are too many for one shared memory of scope|cannot be had/);
  });
});

test.each([
  ['a block', () => allocate(4 * gibibyte, 'processes')],
  ['a SharedArray of u8', () => new SharedArray('u8', 4 * gibibyte, { scope: 'processes' })],
  ['a SharedArray of f64', () => new SharedArray('f64', gibibyte, { scope: 'processes' })],
  ['a SharedMemory', () => new SharedMemory({ size: 4 * gibibyte, scope: 'processes' })],
])('4 GiB for processes are too many for %s', (_, make) => {
  expect(make).toThrow(RangeError);
  expect(make).toThrow(/bytes are too many for one shared memory of scope 'processes': at most 4294/);
});

test('the largest array of scope processes is all there', () => {
  const array = new SharedArray('u8', 4 * gibibyte - 300_000, { scope: 'processes' });
  array.set(-1, 9);
  expect([array.get(0), array.get(-1)]).toEqual([0, 9]);
});

test('a name cannot have more bytes than can be mapped', () => {
  const name = `manycore-test-${process.pid}-large`;
  expect(() => new SharedMemory({ size: 4 * gibibyte + 1, name })).toThrow(RangeError);
});

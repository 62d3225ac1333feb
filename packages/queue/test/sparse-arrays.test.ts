import { Queue } from '@manycore/queue';
import { describe, expect, test } from 'vitest';

import { separate } from '../src/encoding/carriable.js';
import { isJsonExact } from '../src/encoding/encode.js';
import { deserialize, serialize } from '../src/platform/structured.js';

/** A list of so many places, of which almost all are empty. */
function sparse(length: number, last: unknown): unknown[] {
  const items: unknown[] = ['first', 1n];
  items.length = length;
  items[length - 1] = last;
  return items;
}

function refuse(): never {
  throw new Error('nothing is to be refused');
}

describe.each([1e8, 4294967294, 4294967295])('an array of %i places with three items', (length) => {
  test('is looked through and encoded by what is there', () => {
    const value = { list: sparse(length, 'last') };
    expect(isJsonExact(value)).toBe(false);
    const { value: same, parts } = separate(value, refuse);
    expect(same).toBe(value);
    expect(parts.size).toBe(0);
    const got = deserialize(serialize(value, parts).bytes, []) as typeof value;
    expect(got.list.length).toBe(length);
    expect(Object.keys(got.list)).toEqual(['0', '1', String(length - 1)]);
    expect(got.list.at(-1)).toBe('last');
  });

  test('with shared memory in it is copied by what is there', () => {
    const buffer = new SharedArrayBuffer(8);
    const { value, parts } = separate([sparse(length, buffer)], refuse);
    const [list = []] = value as unknown[][];
    expect(list.length).toBe(length);
    expect(Object.keys(list)).toEqual(['0', '1', String(length - 1)]);
    expect([...parts.values()]).toEqual([buffer]);
    const { bytes, parts: sent } = serialize(value, parts);
    const [got = []] = deserialize(bytes, sent) as unknown[][];
    expect(got.at(-1)).toBe(buffer);
  });
});

test('sparse arrays pass a queue, and stay sparse', async () => {
  const queue = new Queue<unknown>();
  for (const value of [sparse(1e6, 2n), sparse(1e6, new SharedArrayBuffer(8)), { a: [sparse(1e6, 'x')] }]) {
    await queue.put(value);
    const got = await queue.get();
    const list = (Array.isArray(got) ? got : (got as { a: unknown[][] }).a[0]) as unknown[];
    expect(list.length).toBe(1e6);
    expect(Object.keys(list)).toEqual(['0', '1', '999999']);
  }
});

test('lists with some holes keep them, and paths in them are named', async () => {
  const queue = new Queue<unknown>();
  const items: unknown[] = Array.from({ length: 500 }, (_, i) => ({ i: BigInt(i) }));
  for (let i = 0; i < 500; i += 3) delete items[i]; // eslint-disable-line @typescript-eslint/no-array-delete, @typescript-eslint/no-dynamic-delete -- holes are what is tested
  await queue.put(items);
  expect(await queue.get()).toStrictEqual(items);
  items[400] = new Blob(['x']);
  await expect(queue.put({ items })).rejects.toThrow('value.items[400] cannot be sent');
});

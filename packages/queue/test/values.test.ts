import { NotCloneableError } from '@manycore/core';
import { Queue } from '@manycore/queue';
import { runInNewContext } from 'node:vm';
import { describe, expect, test } from 'vitest';

import { expectExact, roomy, tiny, trip } from './support/trip.js';

type ResizableMaker = new (length: number, options: { maxByteLength: number }) => ArrayBuffer;

/** A buffer, or a view of one, whose memory was transferred away. */
function transferredAway(view?: typeof Uint8Array): object {
  const buffer = new ArrayBuffer(8);
  const data = view ? new view(buffer) : buffer;
  structuredClone(buffer, { transfer: [buffer] });
  return data;
}

describe('one by one', () => {
  test.each<[string, unknown]>([
    ['undefined', undefined],
    ['a property that is undefined', { a: undefined }],
    ['a hole', [1, , 3]], // eslint-disable-line no-sparse-arrays -- that is what is tested
    ['an array with a property', Object.assign([1, 2], { index: 3 })],
    ['minus zero', { a: -0 }],
    ['NaN', [NaN]],
    ['a lone surrogate in an object', { a: '\ud800', b: 'ß' }],
    ['a lone surrogate as a key', { '\udfff': 1 }],
    ['the key __proto__', JSON.parse('{"__proto__": {"a": 1}, "b": [{"__proto__": 2}]}')],
    ['the key toJSON', { toJSON: 1 }],
    ['an empty array with a property', Object.assign([], { index: 3 })],
    ['a toJSON that is not enumerable', Object.defineProperty({ a: 1 }, 'toJSON', { value: 5 })],
    ['data of another realm', runInNewContext('({ a: [new Uint8Array([1, 2])], b: new Date(0) })')],
    ['binary data of another realm', runInNewContext('new Uint16Array([1, 2]).subarray(1)')],
    ['a buffer that can be resized', new (ArrayBuffer as ResizableMaker)(8, { maxByteLength: 16 })],
    ['an object of all simple types', { a: 'é\u0000"', b: -0, c: NaN, d: true, e: false, f: null, g: undefined, h: '' }],
    ['an object without properties', {}],
    ['an object with numbers as keys', { b: 1, 10: 'x', 2: 'y' }],
    ['keys with line breaks, and none at all', { 'a\nb': 1, '': 2, 'ü': 3 }],
    ['texts too wide or too long for a record', { a: '€', b: 'x'.repeat(200) }],
    ['an object with many texts', Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`k${i}`, 'v'.repeat(100 + i)]))],
    ['objects of one shape after another', [{ a: 1, b: 'x' }, { a: 'x', b: 1 }, { b: 1, a: 'x' }]],
    ['a BigInt', { big: 2n ** 70n }],
    ['dates', [new Date(0), new Date(NaN)]],
    ['a Map and a Set', new Map<unknown, unknown>([[{ a: 1 }, new Set([1, 'x', NaN])]])],
    ['a RegExp', /a(b)?/giu],
    ['boxed values', [Object(1), Object('x'), Object(true), Object(1n)]],
    ['100 000 numbers', Array.from({ length: 100_000 }, (_, i) => i / 3)],
    ['many objects', Array.from({ length: 500 }, (_, i) => ({ i, name: `n${i}` }))],
    ['a long text', 'é'.repeat(300_000)],
  ])('%s', async (_, value) => {
    await expectExact(value);
  });

  test('binary data: the class, the bytes, and a buffer of its own', async () => {
    const memory = new ArrayBuffer(64);
    new Uint8Array(memory).forEach((_, i, bytes) => (bytes[i] = i * 3));
    const views = [
      new Int8Array(memory, 3, 5),
      new Uint8Array(memory, 3, 5),
      new Uint8ClampedArray(memory, 3, 5),
      new Int16Array(memory, 2, 5),
      new Uint16Array(memory, 2, 5),
      new Int32Array(memory, 4, 5),
      new Uint32Array(memory, 4, 5),
      new Float32Array(memory, 4, 5),
      new Float64Array(memory, 8, 5),
      new BigInt64Array(memory, 8, 5),
      new BigUint64Array(memory, 8, 5),
      new DataView(memory, 5, 7),
      Buffer.from(memory, 1, 9),
      new Uint8Array(0),
    ];
    for (const view of views) {
      for (const value of [view, { inside: view }]) {
        const got = await trip(value, roomy);
        expect(got).toStrictEqual(value);
        const arrived = got instanceof Object && 'inside' in got ? got.inside : got;
        expect((arrived as ArrayBufferView).buffer.byteLength).toBe(view.byteLength);
      }
    }
    expect(await trip(memory, tiny)).toStrictEqual(memory);
  });

  test('a class derived from a typed array arrives as that typed array', async () => {
    class Samples extends Float32Array {}
    expect(await trip(new Samples([1, 2]), roomy)).toStrictEqual(new Float32Array([1, 2]));
  });

  test('cycles', async () => {
    const ring: Record<string, unknown> = { name: 'ring', list: [] };
    ring['self'] = ring;
    (ring['list'] as unknown[]).push(ring, ring['list']);
    const got = (await trip(ring, tiny)) as typeof ring;
    expect(got['self']).toBe(got);
    expect((got['list'] as unknown[])[0]).toBe(got);
    expect((got['list'] as unknown[])[1]).toBe(got['list']);
  });

  test('errors, with their class, cause and properties', async () => {
    const error = Object.assign(new RangeError('too much', { cause: new TypeError('why') }), {
      code: 'E_MUCH',
    });
    const got = (await trip({ error }, roomy)) as { error: typeof error };
    expect(got.error).toBeInstanceOf(RangeError);
    expect(got.error).toMatchObject({ message: 'too much', code: 'E_MUCH', stack: error.stack });
    expect(got.error.cause).toBeInstanceOf(TypeError);
  });

  test('the value is what it was at the time of the call', async () => {
    const bytes = new Uint8Array(5000).fill(1);
    const put = tiny.put(bytes);
    bytes.fill(2);
    expect(await tiny.get()).toEqual(new Uint8Array(5000).fill(1));
    await put;
  });
});

describe('what cannot be sent', () => {
  test.each<[string, unknown, string]>([
    ['a function', () => 1, 'value cannot be sent to a thread: it is a function'],
    ['a method', { items: [{ onClick() {} }] }, 'value.items[0].onClick cannot be sent'], // eslint-disable-line @typescript-eslint/no-empty-function -- never called
    ['a symbol', [Symbol('x')], 'value[0] cannot be sent to a thread: it is a symbol'],
    ['a promise', { later: Promise.resolve() }, 'value.later cannot be sent'],
    ['a port', new MessageChannel().port1, 'value cannot be sent'],
    ['a proxy', { a: [new Proxy({ b: 1n }, {})] }, 'value.a[0] cannot be sent'],
    ['memory that was transferred away', transferredAway(), 'value cannot be sent to a thread: '],
    ['a view of such memory', { a: transferredAway(Uint8Array) }, 'value.a cannot be sent'],
  ])('%s is refused by name, and the queue goes on', async (_, value, text) => {
    const queue = new Queue<unknown>();
    await expect(queue.put(value)).rejects.toThrow(NotCloneableError);
    await expect(queue.put(value)).rejects.toThrow(text);
    expect(() => queue.putSync(value)).toThrow(text);
    expect(() => queue.tryPut(value)).toThrow(text);
    expect(queue.size).toBe(0);
    await queue.put('next');
    expect(await queue.get()).toBe('next');
  });
});

test('keys that JSON writes by a backslash, among many other objects', () => {
  const keys = ['__proto__', '"', '\\', 'a', '7', 'toJSON', '', '\n', '<', '\\"'];
  const queue = new Queue<unknown>();
  let state = 1;
  const next = (limit: number): number => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
    return (state >>> 8) % limit;
  };
  for (let i = 0; i < 20_000; i += 1) {
    // Own and nested, so that it goes as JSON.
    const value: Record<string, unknown> = { nested: [] };
    for (let n = next(6); n >= 0; n -= 1) {
      const key = next(3) === 0 ? `${String.fromCharCode(33 + next(90))}${next(1000)}` : (keys[next(keys.length)] ?? '');
      const item = next(2) === 0 ? next(9) : `v${next(9)}`;
      Object.defineProperty(value, key, { value: item, enumerable: true, configurable: true, writable: true });
    }
    queue.putSync(value);
    expect(Object.entries(queue.getSync() as object)).toEqual(Object.entries(value));
  }
});

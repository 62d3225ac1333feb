import { NotCloneableError } from '@manycore/core';
import { Queue } from '@manycore/queue';
import fc from 'fast-check';
import { isDeepStrictEqual } from 'node:util';
import { describe, expect, test } from 'vitest';

const roomy = new Queue<unknown>();
/** So small that most values pass in pieces. */
const tiny = new Queue<unknown>({ capacity: 1024 });

/** The value after its trip, through a queue that has it in one piece or in many. */
async function trip(value: unknown, queue: Queue<unknown>): Promise<unknown> {
  const put = queue.put(value);
  const got = await queue.get();
  await put;
  return got;
}

async function expectExact(value: unknown): Promise<void> {
  // The structured clone says what a copy is: without prototypes, for example.
  const expected: unknown = structuredClone(value);
  for (const queue of [roomy, tiny]) {
    const got = await trip(value, queue);
    if (!isDeepStrictEqual(got, expected)) expect(got).toStrictEqual(expected);
  }
}

const codeUnit = fc.integer({ min: 0, max: 0xffff }).map((code) => String.fromCharCode(code));
const anyText = fc.oneof(fc.string(), fc.string({ unit: 'binary' }), fc.string({ unit: codeUnit }));

const anyValue = fc.anything({
  key: fc.oneof(anyText, fc.constantFrom('__proto__', 'toJSON', 'constructor', '0', '')),
  values: [
    anyText,
    fc.double(),
    fc.integer(),
    fc.boolean(),
    fc.constantFrom(undefined, null, -0, NaN, Infinity, -Infinity, 1e21, 5e-324),
    fc.bigInt(),
    fc.date(),
  ],
  withMap: true,
  withSet: true,
  withTypedArray: true,
  withSparseArray: true,
  withNullPrototype: true,
  withBoxedValues: true,
  maxDepth: 4,
});

describe('every value equals itself after the trip', () => {
  test('values of all kinds', async () => {
    await fc.assert(fc.asyncProperty(anyValue, expectExact), { numRuns: 1000 });
  });

  test('strings, with lone surrogates', async () => {
    await fc.assert(fc.asyncProperty(anyText, expectExact), { numRuns: 500 });
  });

  test('numbers', async () => {
    await fc.assert(fc.asyncProperty(fc.double(), expectExact), { numRuns: 500 });
  });

  test('what JSON can say', async () => {
    await fc.assert(fc.asyncProperty(fc.jsonValue({ maxDepth: 6 }), expectExact), { numRuns: 500 });
  });

  test('objects that hold the same object in several places', async () => {
    const { tree } = fc.letrec<{ tree: unknown; shared: unknown }>((tie) => ({
      shared: fc.constantFrom(...[{ a: 1 }, [1, 2], { b: [] }, new Date(0)]),
      tree: fc.oneof(
        { maxDepth: 4 },
        tie('shared'),
        fc.array(tie('tree'), { maxLength: 4 }),
        fc.dictionary(fc.string({ maxLength: 3 }), tie('tree'), { maxKeys: 4 }),
      ),
    }));
    await fc.assert(
      fc.asyncProperty(tree, async (value) => {
        const got = await trip(value, roomy);
        expect(shape(got)).toEqual(shape(value));
      }),
      { numRuns: 300 },
    );
  });
});

/** Which places hold the same object: a number for each object, in the order in which they are met. */
function shape(value: unknown, known = new Map<object, number>()): unknown {
  if (typeof value !== 'object' || value === null) return value;
  const number = known.get(value);
  if (number !== undefined) return `#${number}`;
  known.set(value, known.size);
  return Object.entries(value).map(([key, item]) => [key, shape(item, known)]);
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

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { expectExact, expectSame, roomy, tiny, trip } from './support/trip.js';

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

type ViewClass = new (buffer: ArrayBuffer, byteOffset?: number, length?: number) => ArrayBufferView;

/** Not everywhere yet. */
const { Float16Array } = globalThis as { Float16Array?: ViewClass };

const viewClasses: readonly ViewClass[] = [
  Int8Array,
  Uint8Array,
  Uint8ClampedArray,
  Int16Array,
  Uint16Array,
  Int32Array,
  Uint32Array,
  Float32Array,
  Float64Array,
  BigInt64Array,
  BigUint64Array,
  DataView,
  ...(Float16Array ? [Float16Array] : []),
];

/** Views of the middle of a buffer, whole buffers, and the platform's Buffer. */
const anyView = fc
  .tuple(
    fc.constantFrom<ViewClass | 'ArrayBuffer' | 'Buffer'>(...viewClasses, 'ArrayBuffer', 'Buffer'),
    fc.uint8Array({ maxLength: 3000 }),
    fc.nat(3),
  )
  .map(([view, bytes, start]) => {
    const buffer = new ArrayBuffer(bytes.length + 64);
    new Uint8Array(buffer, start * 8, bytes.length).set(bytes);
    if (view === 'ArrayBuffer') return buffer;
    if (view === 'Buffer') return Buffer.from(buffer, start, bytes.length);
    const size = (view as { BYTES_PER_ELEMENT?: number }).BYTES_PER_ELEMENT ?? 1;
    return new view(buffer, start * 8, Math.floor(bytes.length / size));
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

  test('binary data of every class, whole or in part, by itself or within', async () => {
    await fc.assert(
      fc.asyncProperty(anyView, fc.boolean(), async (view, isWithin) => {
        const value = isWithin ? { list: [view, 1n], again: view } : view;
        for (const queue of [roomy, tiny]) {
          const got = await trip(value, queue);
          expectSame(got, value);
        }
      }),
      { numRuns: 500 },
    );
  });

  test('regular expressions', async () => {
    const anyRegExp = fc
      .tuple(fc.string({ unit: fc.constantFrom('a', 'é', '.', '*', '/', '\n') }), fc.subarray(['g', 'i', 'm', 's', 'u', 'y']))
      .map(([text, flags]) => {
        return new RegExp(text.replaceAll(/[*/.]/g, String.raw`\$&`), flags.join(''));
      });
    await fc.assert(fc.asyncProperty(fc.array(anyRegExp, { maxLength: 3 }), expectExact));
  });

  test('errors of every class, with causes, among other values', async () => {
    const { error } = fc.letrec<{ error: Error }>((tie) => ({
      error: fc
        .record({
          make: fc.constantFrom(Error, EvalError, RangeError, ReferenceError, SyntaxError, TypeError),
          message: anyText,
          cause: fc.option(fc.oneof({ maxDepth: 3 }, fc.bigInt(), tie('error')), { nil: undefined }),
          code: fc.option(anyText, { nil: undefined }),
        })
        .map(({ make, message, cause, code }) => {
          const made = new make(message, cause === undefined ? undefined : { cause });
          return code === undefined ? made : Object.assign(made, { code });
        }),
    }));
    await fc.assert(
      fc.asyncProperty(error, anyValue, async (thrown, beside) => {
        const got = (await trip({ thrown, beside }, tiny)) as { thrown: Error; beside: unknown };
        expect(described(got.thrown)).toEqual(described(thrown));
        expectSame(got.beside, structuredClone(beside));
      }),
    );
  });

  test('graphs with cycles', async () => {
    const anyGraph = fc
      .tuple(
        fc.array(fc.constantFrom('object', 'array', 'map', 'set'), { minLength: 1, maxLength: 8 }),
        fc.array(fc.tuple(fc.nat(7), fc.nat(7)), { maxLength: 20 }),
      )
      .map(([nodes, edges]) => graphOf(nodes, edges));
    await fc.assert(
      fc.asyncProperty(anyGraph, async (graph) => {
        for (const queue of [roomy, tiny]) {
          expect(shape(await trip(graph, queue))).toEqual(shape(graph));
        }
      }),
      { numRuns: 300 },
    );
  });

  test('flat objects, of which most messages are', async () => {
    const flat = fc.dictionary(
      fc.oneof(anyText, fc.constantFrom('__proto__', 'toJSON', '7', '"', '\\')),
      fc.oneof(anyText, fc.double(), fc.integer(), fc.boolean(), fc.constantFrom(null, -0, undefined)),
      { maxKeys: 6, noNullPrototype: true },
    );
    await fc.assert(fc.asyncProperty(flat, expectExact), { numRuns: 1000 });
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

/** All that an error says of itself, and its causes. */
function described(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const { name, message, stack, cause } = error;
  return [error.constructor.name, name, message, stack, (error as { code?: unknown }).code, described(cause)];
}

/** Containers of these kinds, of which some hold others. */
function graphOf(kinds: readonly string[], edges: readonly (readonly [number, number])[]): unknown[] {
  const nodes = kinds.map((kind) => {
    if (kind === 'object') return {};
    if (kind === 'array') return [];
    return kind === 'map' ? new Map<unknown, unknown>() : new Set<unknown>();
  });
  for (const [a, b] of edges) {
    const [from, to] = [nodes[a % nodes.length], nodes[b % nodes.length]];
    if (from instanceof Map) from.set(to, `${b}`);
    else if (from instanceof Set) from.add(to);
    else if (Array.isArray(from)) from.push(to);
    else Object.assign(from ?? {}, { [`to ${b}`]: to });
  }
  return nodes;
}

/** Which places hold the same object: a number for each object, in the order in which they are met. */
function shape(value: unknown, known = new Map<object, number>()): unknown {
  if (typeof value !== 'object' || value === null) return value;
  const number = known.get(value);
  if (number !== undefined) return `#${number}`;
  known.set(value, known.size);
  if (value instanceof Map || value instanceof Set) {
    return [...value].map((entry) => (Array.isArray(entry) ? entry : [entry]).map((part) => shape(part, known)));
  }
  return Object.entries(value).map(([key, item]) => [key, shape(item, known)]);
}

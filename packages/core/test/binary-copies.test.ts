// Large buffers that are sent to a thread: a copy is transferred, and what arrives is what a clone would be.
import { pack, unpack } from '@manycore/core/internal';
import { move } from '@manycore/core';
import { expectNoLeaks } from '@manycore/testing';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';

expectNoLeaks();

const large = 64 * 1024;

const across = async (value: unknown): Promise<unknown> => {
  const { packed, transfer } = pack(value, 'thread', 'value');
  return unpack(structuredClone(packed, { transfer: transfer as ArrayBuffer[] }));
};
const transferOf = (value: unknown): readonly unknown[] => pack(value, 'thread', 'value').transfer;

const bytes = (length = large): Uint8Array<ArrayBuffer> => Uint8Array.from({ length }, (_, n) => n % 251);

describe('large buffers', () => {
  test('are copied here, and the copies transferred; small ones are left to the clone', () => {
    const array = bytes();
    const [copy] = transferOf({ array }) as ArrayBuffer[];
    expect(copy).not.toBe(array.buffer);
    expect(new Uint8Array(copy ?? new ArrayBuffer(0))).toEqual(array);
    expect(array).toHaveLength(large);
    expect(transferOf({ array: bytes(large - 1) })).toEqual([]);
    expect(transferOf(new Uint8Array(new SharedArrayBuffer(large)))).toEqual([]);
    expect(pack({ array }, 'process', 'value').transfer).toEqual([]);
  });

  test('arrive as a clone of the value would be, whatever views of them it holds, and where', async () => {
    const views = [
      (buffer: ArrayBuffer) => buffer,
      (buffer: ArrayBuffer) => new Uint8Array(buffer),
      (buffer: ArrayBuffer) => new Uint8ClampedArray(buffer, 8, 100),
      (buffer: ArrayBuffer) => new BigInt64Array(buffer, 16, 3),
      (buffer: ArrayBuffer) => new Float64Array(buffer, 8),
      (buffer: ArrayBuffer) => new DataView(buffer, 3, 10),
      (buffer: ArrayBuffer) => Buffer.from(buffer, 5, 20),
    ];
    const binary = fc
      .record({
        index: fc.nat({ max: views.length - 1 }),
        bytes: fc.constantFrom(128, large, 2 * large),
      })
      .map(({ index, bytes: length }) => views[index]?.(bytes(length).buffer));
    const { tree } = fc.letrec((tie) => ({
      tree: fc.oneof(
        { maxDepth: 3 },
        binary,
        fc.string(),
        fc.array(tie('tree'), { maxLength: 4 }),
        fc.dictionary(fc.string(), tie('tree'), { maxKeys: 4, noNullPrototype: true }),
        fc.array(fc.tuple(fc.string(), tie('tree')), { maxLength: 2 }).map((entries) => new Map(entries)),
      ),
    }));
    await fc.assert(
      fc.asyncProperty(tree, async (value) => {
        expect(await across(value)).toEqual(structuredClone(value));
      }),
      // Of which each compares hundreds of kilobytes.
      { numRuns: 30 },
    );
  });

  test('two views of one buffer share their memory, and one view that is met twice is one', async () => {
    const array = bytes();
    const half = new Uint16Array(array.buffer, 0, 10);
    const value = { array, again: [array], half, buffer: array.buffer };
    expect(transferOf(value)).toHaveLength(1);
    const back = (await across(value)) as typeof value;
    expect(back.again[0]).toBe(back.array);
    expect(back.half.buffer).toBe(back.buffer);
    back.array[0] = 255;
    expect(back.half[0]).toBe(255 + 256);
  });

  test('beside errors and handles, and in a value that refers to itself', async () => {
    const value: Record<string, unknown> = { array: bytes(), error: new RangeError('no') };
    value['self'] = value;
    const back = (await across(value)) as typeof value;
    expect(back['self']).toBe(back);
    expect(back['array']).toEqual(bytes());
    expect(back['error']).toBeInstanceOf(RangeError);
  });

  test('a class of the program cannot lead to other memory', async () => {
    class Liar extends Uint8Array {
      override get buffer(): ArrayBuffer {
        return new ArrayBuffer(2 * large);
      }
      override get byteOffset(): number {
        return 1000;
      }
      override get length(): number {
        return 1;
      }
      override get [Symbol.toStringTag](): 'Uint8Array' {
        throw new Error('not this one');
      }
    }
    const back = await across({ array: new Liar(bytes().buffer) });
    expect(Object.getPrototypeOf((back as { array: object }).array)).toBe(Uint8Array.prototype);
    expect(back).toEqual({ array: bytes() });
  });

  test('what is moved is not copied; of two buffers, the other one is', async () => {
    const [moved, copied] = [bytes(), bytes()];
    const back = await across([move(moved), copied]);
    expect(moved).toHaveLength(0);
    expect(copied).toHaveLength(large);
    expect(back).toEqual([bytes(), bytes()]);
    const listed = bytes();
    expect(pack([listed], 'thread', 'value', [listed.buffer]).transfer).toEqual([]);
  });

  test('a buffer that can be resized stays one', async () => {
    const Resizable = ArrayBuffer as unknown as new (length: number, options: object) => ArrayBuffer & { maxByteLength: number };
    const buffer = new Resizable(large, { maxByteLength: 2 * large });
    expect(transferOf(buffer)).toEqual([]);
    expect(await across(buffer)).toMatchObject({ byteLength: large, maxByteLength: 2 * large });
  });

  test('deep in a value that no copy could be made of', async () => {
    let value: unknown = bytes();
    for (let depth = 0; depth < 2000; depth += 1) value = [value];
    let back = await across(value);
    for (let depth = 0; depth < 2000; depth += 1) back = (back as unknown[])[0];
    expect(back).toEqual(bytes());
  });

  test('a getter that changes its mind leaves the marks of what was to be moved', () => {
    const moved = bytes();
    let reads = 0;
    const value = {
      moved: move(moved),
      array: bytes(),
      get later(): unknown {
        reads += 1;
        if (reads > 1) throw new Error('no more');
        return 1;
      },
    };
    expect(() => pack(value, 'thread', 'value')).toThrow('no more');
    expect(moved).toHaveLength(large);
    expect(transferOf(moved)).toEqual([moved.buffer]);
  });
});

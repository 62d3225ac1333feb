// Values on their way: packed, cloned as the platform does it, unpacked.
import { deserialize, serialize } from 'node:v8';
import {
  ManycoreError,
  move,
  NotCloneableError,
  registerError,
  TimeoutError,
} from '@manycore/core';
import { pack, type Packed, registerHandle, unpack, unpackSync } from '@manycore/core/internal';
import { expectNoLeaks } from '@manycore/testing';
import { describe, expect, test } from 'vitest';
import { Counter } from './fixtures/counter.mjs';
import { Inner, TimeoutError as OtherTimeoutError, Unnamed } from './fixtures/errors.mjs';

expectNoLeaks();

const toThread = (value: unknown): Packed => {
  const { packed, transfer } = pack(value, 'thread', 'value');
  return structuredClone(packed, { transfer: transfer as ArrayBuffer[] });
};
const toProcess = (value: unknown): Packed =>
  deserialize(serialize(pack(value, 'process', 'value').packed)) as Packed;

const across = async <T>(value: T): Promise<T> => (await unpack(toThread(value))) as T;

describe('handles', () => {
  test('arrive as their class, and mean the same thing, wherever they stand', async () => {
    const counter = new Counter();
    const value = { plain: counter, list: [[counter]], map: new Map([[counter, counter]]), set: new Set([counter]) };
    const back = await across(value);
    expect(back.plain).toBeInstanceOf(Counter);
    expect(back.plain).not.toBe(counter);
    expect(back.list[0]?.[0]).toBe(back.plain);
    expect([...back.map][0]).toEqual([back.plain, back.plain]);
    expect([...back.set]).toEqual([back.plain]);
    back.plain.add(2);
    expect(counter.add(1)).toBe(3);
    expect(await across(counter)).toBeInstanceOf(Counter);
  });

  test('within the state of handles, and beside cycles', async () => {
    const inner = new Counter();
    const outer = new Counter('threads', undefined, { inner, date: new Date(5) });
    const value: Record<string, unknown> = { outer };
    value['self'] = value;
    const back = (await across(value)) as { outer: Counter; self: unknown };
    expect(back.self).toBe(back);
    const { companion } = back.outer as { companion: { inner: Counter; date: Date } };
    expect(companion.date).toEqual(new Date(5));
    companion.inner.add(5);
    expect(inner.add(0)).toBe(5);
  });

  test('in the properties of errors', async () => {
    const counter = new Counter();
    const error = Object.assign(new Error('e', { cause: { counter } }), { counter });
    const back = await across(error);
    expect(back.counter).toBeInstanceOf(Counter);
    expect((back.cause as { counter: Counter }).counter).toBe(back.counter);
  });

  test('those of threads are refused by a process, by name and path', () => {
    const counter = new Counter();
    expect(() => toProcess({ list: [counter] })).toThrow(
      new NotCloneableError(
        "value.list[0] cannot be sent to a process: it is a Counter of scope 'threads', which only " +
          "threads of this process can reach. Create it with { scope: 'processes' }",
      ),
    );
    const outer = new Counter('processes', undefined, [counter]);
    expect(() => toProcess(outer)).toThrow(/Counter.* cannot be sent to a process/);
  });

  test('of a type that is not loaded', async () => {
    class Unknown {
      readonly label = 'l';
    }
    const module = 'file:///no/such/module.js';
    registerHandle(Unknown, {
      name: 'Unknown',
      module,
      scope: () => 'threads',
      detach: ({ label }) => label,
      attach: () => new Unknown(),
    });
    const packed = toThread([new Unknown()]);
    const elsewhere = JSON.parse(JSON.stringify(packed).replaceAll('"Unknown"', '"Elsewhere"')) as [unknown[], { slot: unknown }[]];
    // JSON loses which slot it is.
    if (elsewhere[1][0]) elsewhere[1][0].slot = elsewhere[0][0];
    const unknown = {
      code: 'MANYCORE_UNKNOWN_HANDLE',
      message: expect.stringContaining(
        'a Elsewhere arrived, but its class is not loaded here: import the module that registers it',
      ) as string,
    };
    expect(() => unpackSync(elsewhere as never)).toThrow(expect.objectContaining(unknown) as Error);
    await expect(unpack(elsewhere as never)).rejects.toMatchObject(unknown);
  });
});

describe('errors', () => {
  test('classes that are registered by name, others of the same name by their module', async () => {
    const own = await across(new TimeoutError('mine', { cause: 1 }));
    expect(own).toBeInstanceOf(TimeoutError);
    expect(own).toMatchObject({ name: 'TimeoutError', code: 'MANYCORE_TIMEOUT', cause: 1 });
    const other = await across(new OtherTimeoutError('theirs'));
    expect(other).toBeInstanceOf(OtherTimeoutError);
    expect(other).not.toBeInstanceOf(TimeoutError);
  });

  test('a registered subclass', async () => {
    class BusyError extends ManycoreError {
      readonly since: Date;

      constructor(since: Date) {
        super('MANYCORE_TEST_BUSY', 'busy');
        this.since = since;
      }

      static {
        registerError(this, 'BusyError');
      }
    }
    const back = await across(new BusyError(new Date(7)));
    expect(back).toBeInstanceOf(BusyError);
    expect(back).toMatchObject({ name: 'BusyError', code: 'MANYCORE_TEST_BUSY', since: new Date(7) });
    expect(Object.keys(back)).toEqual(['code', 'since']);
  });

  test('at once, too: an error whose class is not known yet is one of the nearest built-in class', () => {
    const back = unpackSync(toThread(new Unnamed('u'))) as Error;
    expect(back).toBeInstanceOf(RangeError);
    expect(back.message).toBe('u');
    expect(['RangeError', 'Unnamed']).toContain(back.name);
  });

  test('what cannot cross stays behind, and nothing else', async () => {
    const { port1, port2 } = new MessageChannel();
    const error = Object.assign(new AggregateError([new Error('a'), () => 1, Symbol('s')], 'many'), {
      port: port1,
      proxy: new Proxy({}, {}),
      fine: 'fine',
    });
    const back = await across(error);
    expect(back.fine).toBe('fine');
    expect('port' in back).toBe(false);
    expect(back.errors.map(String)).toEqual([
      'Error: a',
      'NotCloneableError: value.errors cannot be sent to a thread: it is a function. ' +
        'Only data crosses; a target is passed as target',
      'NotCloneableError: value.errors cannot be sent to a thread: it is a symbol',
    ]);
    port1.close();
    port2.close();

    const exception = new DOMException('stop', 'AbortError');
    Object.defineProperty(exception, 'cause', { value: () => 1 });
    expect(await across(exception)).toMatchObject({ name: 'AbortError', message: 'stop' });
  });

  test('a class that no module exports', async () => {
    const back = await across(new Inner('i'));
    expect(back).toBeInstanceOf(Error);
    expect(back.message).toBe('i');
  });
});

describe('move', () => {
  test('transfers what the value holds; only once', async () => {
    const bytes = new Uint8Array([1, 2, 3]);
    const value = { deep: [new Map([['bytes', bytes]])] };
    expect(move(value)).toBe(value);
    const back = await across(value);
    expect(bytes).toHaveLength(0);
    expect(back.deep[0]?.get('bytes')).toEqual(new Uint8Array([1, 2, 3]));
    const again = new Uint8Array(3);
    const { transfer } = pack(move(again), 'thread', 'v');
    expect(transfer).toEqual([again.buffer]);
    expect(pack(again, 'thread', 'v').transfer).toEqual([]);
  });

  test('transfers only what is listed', () => {
    const [a, b] = [new Uint8Array(1), new Uint8Array(2)];
    expect(pack(move([a, b], [b.buffer]), 'thread', 'v').transfer).toEqual([b.buffer]);
  });

  test('to a process everything is copied', async () => {
    const bytes = new Uint8Array([1]);
    expect(await unpack(toProcess(move({ bytes })))).toEqual({ bytes: new Uint8Array([1]) });
    expect(bytes).toHaveLength(1);
  });

  test('ports and streams go, beside errors and handles too', async () => {
    const { port1, port2 } = new MessageChannel();
    const stream = new ReadableStream();
    const value = move({ port1, stream, error: new Error('e'), counter: new Counter() });
    const back = await across(value);
    expect(back.port1).toBeInstanceOf(MessagePort);
    expect(back.stream).toBeInstanceOf(ReadableStream);
    const heard = new Promise((resolve) => {
      port2.once('message', resolve);
    });
    back.port1.postMessage('through');
    expect(await heard).toBe('through');
    back.port1.close();
    port2.close();
  });

  test('values that hold nothing to move are as they were', () => {
    for (const value of [1, 'x', null, undefined, Symbol.iterator]) expect(move(value)).toBe(value);
    expect(pack(move({ a: 1 }), 'thread', 'v').transfer).toEqual([]);
  });
});

describe('the size of what is walked', () => {
  const sparse = (length: number, ...entries: readonly (readonly [number, unknown])[]): unknown[] => {
    const array: unknown[] = [];
    array.length = length;
    for (const [index, item] of entries) array[index] = item;
    return array;
  };

  // A walk over the holes of the longest would take hours.
  test.each([100_000_000, 4_294_967_294, 4_294_967_295])('arrays of %d holes', async (length) => {
    const plain = sparse(length, [5, 'five'], [length - 1, { last: true }]);
    const beside = { plain, error: new RangeError('beside') };
    for (const cross of [toThread, toProcess]) {
      const back = (await unpack(cross(plain))) as unknown[];
      expect(back.length).toBe(length);
      expect(Object.entries(back)).toEqual(Object.entries(plain));
      const both = (await unpack(cross(beside))) as typeof beside;
      expect(both.plain.length).toBe(length);
      expect(Object.entries(both.plain)).toEqual(Object.entries(plain));
      expect(both.error).toBeInstanceOf(RangeError);
    }
    expect(move(plain)).toBe(plain);
    expect(() => toThread(sparse(length, [7, { f: () => 1 }]))).toThrow('value[7].f cannot be sent');
    expect(() => toThread(sparse(length, [7, [new Counter(), Symbol('s')]]))).toThrow('value[7][1]');
    const bytes = new Uint8Array([1, 2]);
    expect(pack(move(sparse(length, [3, bytes])), 'thread', 'v').transfer).toEqual([bytes.buffer]);
    expect(() => move({}, sparse(length) as object[])).toThrow('transfer[0] cannot be transferred');
  });

  test('holes stay holes, items and properties what they are', async () => {
    const array = Object.assign([1, , [new Counter()], undefined], { note: 'n' }) as unknown[]; // eslint-disable-line no-sparse-arrays -- that is the case
    const back = await across(array);
    expect(Object.keys(back)).toEqual(Object.keys(array));
    expect(back[3]).toBeUndefined();
    expect((back[2] as unknown[])[0]).toBeInstanceOf(Counter);
  });

  test('keys are put into words only where a message needs them, and briefly', () => {
    const long = 'x'.repeat(1_000_000);
    const map = new Map<unknown, unknown>(Array.from({ length: 50 }, (_, i) => [`${long}${i}`, [i]]));
    expect(pack(map, 'thread', 'v').packed[0]).toBe(map);
    map.set(`${long}f`, () => 1);
    expect(() => pack(map, 'thread', 'v')).toThrow(/^v<"x{60}…"> cannot be sent/);
    expect(() => pack({ [long]: () => 1 }, 'thread', 'v')).toThrow(/^v\["x{60}…"\] cannot be sent/);
  });

  test('binary data and text count as one', () => {
    const bytes = new Uint8Array(200_000_000);
    const value = { bytes, text: Object('x'.repeat(100_000_000)) as object, error: new Error('e') };
    expect(pack(value, 'thread', 'v').packed[1]).toHaveLength(1);
    move(value);
    expect(pack(value, 'thread', 'v').transfer).toEqual([bytes.buffer]);
  });

  test('what is shared is walked once', async () => {
    let value: unknown[] = [new Counter()];
    // 2 ** 100 paths lead to the counter.
    for (let i = 0; i < 100; i += 1) value = [value, value];
    const back = await across(value);
    let inner: unknown = back;
    for (let i = 0; i < 101; i += 1) inner = (inner as unknown[])[0];
    expect(inner).toBeInstanceOf(Counter);
  });
});

describe('deep values', () => {
  const nest = (depth: number, core: unknown): unknown => {
    let value = core;
    for (let i = 0; i < depth; i += 1) value = i % 3 === 0 ? new Map([['k', value]]) : [value];
    return value;
  };
  const coreOf = (value: unknown): unknown => {
    let inner = value;
    while (Array.isArray(inner) || inner instanceof Map) {
      inner = Array.isArray(inner) ? (inner as unknown[])[0] : inner.get('k');
    }
    return inner;
  };

  test('what can be deserialised can be revived', async () => {
    for (const cross of [toThread, toProcess]) {
      const back = await unpack(cross(nest(900, new TimeoutError('deep'))));
      expect(coreOf(back)).toBeInstanceOf(TimeoutError);
    }
  });

  test('what is too deep is refused in few words', () => {
    for (const core of [1, new Error('e'), new Counter()]) {
      const error = caught(() => pack(nest(100_000, core), 'thread', 'v'));
      expect(error).toBeInstanceOf(NotCloneableError);
      expect(error.message).toMatch(/^v<"k">\[0\].* … \d+ levels … .* cannot be sent to a thread: it is nested too deeply$/);
      expect(error.message.length).toBeLessThan(500);
    }
  });

  test('a value that is refused can still be moved', () => {
    const bytes = new Uint8Array(4);
    const box: { bytes: Uint8Array; bad: unknown } = { bytes: move(bytes), bad: () => 1 };
    expect(() => pack(box, 'thread', 'v')).toThrow('v.bad');
    box.bad = 1;
    expect(pack(box, 'thread', 'v').transfer).toEqual([bytes.buffer]);
  });
});

function caught(fn: () => unknown): Error {
  try {
    fn();
  } catch (error) {
    return error as Error;
  }
  throw new Error('did not fail');
}

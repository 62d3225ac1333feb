import { TimeoutError } from '@manycore/core';
import {
  type Connection,
  LifoQueue,
  pipe,
  PriorityQueue,
  Queue,
  SharedMemoryBusyError,
  SharedMemoryLostError,
  type ValueQueue,
  waitAny,
} from '@manycore/queue';
import { repeat, until } from '@manycore/testing';
import { BroadcastChannel } from 'node:worker_threads';
import { afterAll, describe, expect, test } from 'vitest';

import { Workers } from './support/workers.js';
import { Holder, markOf, shared } from './support/holder.js';

const workers = new Workers('threads');
afterAll(() => workers[Symbol.asyncDispose]());

describe.each(['Queue', 'LifoQueue', 'PriorityQueue'])('%s: shared memory that does not come', (kind) => {
  test('a timeout holds, in every form, and the value stays', async () => {
    await using holder = await Holder.start<ValueQueue<unknown>>(kind);
    const queue = holder.handle;
    for (let i = 0; i < 3; i += 1) {
      await expect(queue.get({ timeout: 20 })).rejects.toThrow(TimeoutError);
      expect(() => queue.getSync({ timeout: 20 })).toThrow(TimeoutError);
      await expect(queue.get({ timeout: 0 })).rejects.toThrow(TimeoutError);
      expect(() => queue.getSync({ timeout: 0 })).toThrow(TimeoutError);
      expect(queue.tryGet()).toBeUndefined();
      await expect(waitAny([queue], { timeout: 20 })).rejects.toThrow(TimeoutError);
      expect(queue.size).toBe(1);
    }
    holder.unblock();
    expect(markOf(await queue.get())).toBe(7);
  });

  test('a signal holds, and so does closing', async () => {
    await using holder = await Holder.start<ValueQueue<unknown>>(kind);
    const queue = holder.handle;
    const controller = new AbortController();
    const getting = queue.get({ signal: controller.signal });
    const waiting = queue.get();
    controller.abort('enough');
    await expect(getting).rejects.toBe('enough');
    queue.close();
    // What is in it can still be taken, so it waits on.
    await expect(queue.get({ timeout: 20 })).rejects.toThrow(TimeoutError);
    queue.close({ immediate: true });
    await expect(waiting).rejects.toThrow('the queue is closed');
    expect(queue.size).toBe(0);
  });

  test('it comes after all', async () => {
    await using holder = await Holder.start<ValueQueue<unknown>>(kind);
    const queue = holder.handle;
    const waiting = queue.get();
    holder.unblock();
    expect(markOf(await waiting)).toBe(7);
    expect(queue.size).toBe(0);
  });
});

test('a pipe: a timeout holds, and the value stays', async () => {
  await using holder = await Holder.start<Connection>('Connection');
  const connection = holder.handle;
  expect(await connection.poll({ timeout: 20 })).toBe(false);
  expect(connection.pollSync()).toBe(false);
  await expect(connection.recv({ timeout: 20 })).rejects.toThrow(TimeoutError);
  expect(() => connection.recvSync({ timeout: 20 })).toThrow(TimeoutError);
  const receiving = connection.recv();
  holder.unblock();
  expect(markOf(await receiving)).toBe(7);
});

test.concurrent('its thread is blocked for long: the call says so, and the value stays', async () => {
  await using holder = await Holder.start<Queue<unknown>>('Queue');
  const queue = holder.handle;
  await expect(queue.get()).rejects.toThrow(SharedMemoryBusyError);
  expect(queue.size).toBe(1);
  holder.unblock();
  expect(markOf(await queue.get())).toBe(7);
});

test.concurrent('its thread is gone: the value is lost by name, and the queue goes on', async () => {
  const holder = await Holder.start<Queue<unknown>>('Queue');
  await holder.end();
  const queue = holder.handle;
  await queue.put('next');
  await expect(queue.get()).rejects.toThrow(SharedMemoryLostError);
  expect(await queue.get()).toBe('next');
});

describe('shared memory passes', () => {
  test.each<[string, () => ValueQueue<unknown>]>([
    ['a Queue', () => new Queue<unknown>()],
    ['a Queue in pieces', () => new Queue<unknown>({ capacity: 1024 })],
    ['a LifoQueue', () => new LifoQueue<unknown>()],
    ['a PriorityQueue', () => new PriorityQueue()],
  ])('%s, to a thread that gets the queue later', async (_, make) => {
    const queue = make();
    const [member] = await workers.members(1);
    const filling = 'x'.repeat(2000);
    const putting = queue.put([1, filling, shared(5)]);
    expect(await member?.tell('takeMarked', queue)).toBe(5);
    await putting;
    expect(queue.size).toBe(0);
  });

  test('a put that times out leaves nothing that a later get would find', async () => {
    const queue = new Queue<unknown>({ maxSize: 1 });
    await queue.put([shared(1)]);
    await expect(queue.put([shared(2)], { timeout: 5 })).rejects.toThrow(TimeoutError);
    expect(queue.tryPut([shared(3)])).toBe(false);
    expect(markOf(await queue.get())).toBe(1);
    await queue.put([shared(4)]);
    expect(markOf(await queue.get())).toBe(4);
  });

  test('the thread that put it may end at once', async () => {
    const queue = new Queue<unknown>();
    const [member] = await workers.members(1);
    await member?.tell('putShared', queue, 6);
    if (member) await workers.kill(member);
    const [buffer] = (await queue.get()) as [SharedArrayBuffer];
    expect(new Uint8Array(buffer)[0]).toBe(6);
  });

  test('a queue in a queue, filled after it was sent and dropped by its maker', async () => {
    const outer = new Queue<unknown>();
    await (async () => {
      const inner = new Queue<unknown>();
      await outer.put([inner]);
      await inner.put([shared(8)]);
      inner.close();
    })();
    const [member] = await workers.members(1);
    expect(await member?.tell('takeFromInner', outer)).toBe(8);
  });

  test(
    'between threads that take and put at once, each value once',
    repeat(async () => {
      const queue = new Queue<unknown>({ maxSize: 3 });
      const members = await workers.members(3);
      const taking = members.map((member) => member.tell<number[]>('takeAllMarks', queue));
      for (let i = 0; i < 60; i += 1) await queue.put([shared(i)]);
      queue.close();
      const marks = (await Promise.all(taking)).flat();
      expect(marks.sort((a, b) => a - b)).toEqual(Array.from({ length: 60 }, (_, i) => i));
    }),
  );
});

describe('WebAssembly', () => {
  // (module (import "env" "memory" (memory 1 1 shared)) (func (export "add") (param i32 i32) (result i32) …))
  const bytes = Uint8Array.from([
    0, 97, 115, 109, 1, 0, 0, 0, 1, 7, 1, 96, 2, 127, 127, 1, 127, 2, 16, 1, 3, 101, 110, 118, 6, 109, 101,
    109, 111, 114, 121, 2, 3, 1, 1, 3, 2, 1, 0, 7, 7, 1, 3, 97, 100, 100, 0, 0, 10, 9, 1, 7, 0, 32, 0, 32, 1,
    106, 11,
  ]);
  interface Wasm {
    Module: new (source: Uint8Array) => object;
    Memory: new (descriptor: object) => { readonly buffer: SharedArrayBuffer };
  }
  const { Module, Memory } = (globalThis as unknown as { WebAssembly: Wasm }).WebAssembly;

  test('a module and a shared memory arrive in another thread, as such', async () => {
    const queue = new Queue<unknown>();
    const module = new Module(bytes);
    const memory = new Memory({ initial: 1, maximum: 1, shared: true });
    const value = { module, memory, twice: [module], map: new Map([['m', module]]) };
    await queue.put(value);
    const got = (await queue.get()) as typeof value;
    expect(got.module).toBeInstanceOf(Module);
    expect(got.twice[0]).toBe(got.module);
    expect(got.map.get('m')).toBe(got.module);
    new Uint8Array(memory.buffer)[3] = 9;
    expect(new Uint8Array(got.memory.buffer)[3]).toBe(9);
    await queue.put(module);
    expect(queue.getSync()).toBeInstanceOf(Module);
    await queue.put(value);
    const [member] = await workers.members(1);
    expect(await member?.tell('runModule', queue)).toBe(5);
  });

  test('between processes they are refused by name', async () => {
    const queue = new Queue<unknown>({ scope: 'processes' });
    await expect(queue.put({ a: [new Module(bytes)] })).rejects.toThrow(
      'value.a[0] cannot be sent to a process: it is a WebAssembly.Module',
    );
    expect(queue.size).toBe(0);
  });
});

describe('messages on the exchange that are none', () => {
  function deep(depth: number): unknown {
    let value: unknown = {};
    for (let i = 0; i < depth; i += 1) value = { value };
    return value;
  }

  test('are ignored, and what belongs to queues still passes', async () => {
    const channel = new BroadcastChannel('manycore.queue.buffers');
    const queue = new Queue<unknown>();
    const [member] = await workers.members(1);
    const hostile: unknown[] = [
      null,
      undefined,
      7,
      'offer',
      [],
      {},
      { kind: 'offer' },
      { kind: 'offer', queue: 7, key: 'x', parts: null },
      { kind: 'offer', queue: 'x', key: NaN, parts: [1, 2] },
      { kind: 'answer', queue: 'x', key: 1, parts: {} },
      { kind: 'want', queue: 'x', key: 1 },
      { kind: 'want', queue: 'x', key: 1, sender: 1 },
      { kind: 'taken', queue: 'x', key: 1 },
      { kind: 'gone', queue: 'x', key: 1 },
      { kind: 'dropped' },
      { kind: 'dropped', queue: 'x' },
      { kind: 'arrived', token: 'x' },
      { kind: 'arrived', token: 1 },
      { kind: '__proto__', queue: '__proto__', key: 1 },
      JSON.parse('{ "__proto__": { "kind": "offer" }, "kind": "constructor" }'),
      deep(1500),
    ];
    for (const message of hostile) channel.postMessage(message);
    await member?.tell('floodExchange', 30_000);
    for (let i = 0; i < 5; i += 1) {
      await queue.put([shared(i)]);
      for (const message of hostile) channel.postMessage(message);
      expect(markOf(queue.getSync())).toBe(i);
      await queue.put([shared(i)]);
      expect(await member?.tell('takeShared', queue, 'async')).toBe(i);
    }
    channel.close();
    expect(({} as { kind?: unknown }).kind).toBeUndefined();
  });

  test('twice, late and wrong ones of real messages lose nothing', async () => {
    const channel = new BroadcastChannel('manycore.queue.buffers');
    const heard: unknown[] = [];
    channel.onmessage = (event: unknown) => {
      heard.push((event as { data: unknown }).data);
    };
    const queue = new Queue<unknown>();
    const [member] = await workers.members(1);
    await queue.put([shared(1)]);
    await until(() => heard.length > 0);
    // Again, and under the wrong kind.
    for (const message of heard.splice(0)) {
      const { key } = message as { key: number };
      channel.postMessage(message);
      channel.postMessage({ ...(message as object), kind: 'answer' });
      channel.postMessage({ ...(message as object), kind: 'want', sender: 1 });
      channel.postMessage({ ...(message as object), kind: 'gone', key: key / 2 });
    }
    expect(await member?.tell('takeShared', queue, 'blocking')).toBe(1);
    await until(() => heard.some((message) => (message as { kind?: string }).kind === 'taken'));
    for (const message of heard.splice(0)) channel.postMessage(message);
    await queue.put([shared(2)]);
    expect(markOf(await queue.get())).toBe(2);
    channel.close();
  });

  test.concurrent('a lie that the value was taken: it is lost by name at worst, and others are not', async () => {
    const channel = new BroadcastChannel('manycore.queue.buffers');
    const heard = new Promise<{ kind: string; queue: string; key: number }>((resolve) => {
      channel.onmessage = (event: unknown) => {
        resolve((event as { data: { kind: string; queue: string; key: number } }).data);
      };
    });
    const [here, there] = pipe();
    await here.send([shared(1)]);
    const { queue, key } = await heard;
    channel.postMessage({ kind: 'taken', queue, key });
    const error: unknown = await there.recv().catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(SharedMemoryLostError);
    await here.send([shared(2)]);
    expect(markOf(await there.recv())).toBe(2);
    channel.close();
  });
});

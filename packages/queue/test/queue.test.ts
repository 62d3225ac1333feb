import { TimeoutError } from '@manycore/core';
import { allocate } from '@manycore/memory';
import { Queue, QueueClosedError } from '@manycore/queue';
import { Process } from '@manycore/process';
import { shortDelay, until } from '@manycore/testing';
import { Thread } from '@manycore/thread';
import { getEventListeners } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, describe, expect, test } from 'vitest';

import { echo, greet } from './fixtures/targets.js';
import { Workers } from './support/workers.js';

describe.each(['threads', 'processes'] as const)('scope %s', (scope) => {
  const workers = new Workers(scope);
  afterAll(() => workers[Symbol.asyncDispose]());
  const make = <T>(options = {}): Queue<T> => new Queue<T>({ scope, ...options });

  test('first in, first out; size, empty and full say how it stands', async () => {
    const queue = make<number>({ maxSize: 2 });
    expect([queue.size, queue.empty, queue.full, queue.closed]).toEqual([0, true, false, false]);
    await queue.put(1);
    queue.putSync(2);
    expect([queue.size, queue.empty, queue.full]).toEqual([2, false, true]);
    expect(queue.tryPut(3)).toBe(false);
    expect(await queue.get()).toBe(1);
    expect(queue.tryPut(3)).toBe(true);
    expect(queue.getSync()).toBe(2);
    expect(queue.tryGet()).toBe(3);
    expect(queue.tryGet()).toBeUndefined();
  });

  test('calls that wait get their values as they come, in the order of the calls', async () => {
    const queue = make<number>();
    const got = [queue.get(), queue.get(), queue.get()];
    for (const n of [1, 2, 3]) queue.putSync(n);
    expect(await Promise.all(got)).toEqual([1, 2, 3]);
  });

  test('maxSize holds: a put waits until a value is taken', async () => {
    const queue = make<number>({ maxSize: 3 });
    let done = 0;
    const puts = [1, 2, 3, 4, 5].map(async (n) => {
      await queue.put(n);
      done += 1;
    });
    await sleep(shortDelay);
    expect([done, queue.size]).toEqual([3, 3]);
    for (const n of [1, 2]) expect(await queue.get()).toBe(n);
    await Promise.all(puts);
    expect([done, queue.size]).toEqual([5, 3]);
  });

  test('capacity holds: what is on its way never takes more memory', async () => {
    const queue = make<string>({ capacity: 16 * 1024 });
    let put = 0;
    while (queue.tryPut('x'.repeat(1000))) put += 1;
    expect(put).toBe(16);
    expect(queue.full).toBe(false);
    await expect(queue.put('x'.repeat(1000), { timeout: 10 })).rejects.toThrow(
      'the queue stayed full for 10 ms',
    );
    expect(queue.size).toBe(16);
    queue.getSync();
    expect(queue.tryPut('y'.repeat(1000))).toBe(true);
  });

  test('a slow consumer holds its producers up', async () => {
    const queue = make<Uint8Array>({ capacity: 64 * 1024 });
    const [member] = await workers.members(1);
    const producing = member?.tell('produce', queue, 0, 200, 'async', 1, 20_000);
    let highest = 0;
    for (let i = 0; i < 200; i += 1) {
      await queue.get();
      highest = Math.max(highest, queue.size);
    }
    await producing;
    expect(highest).toBeLessThanOrEqual(3);
  });

  test('a timeout ends the wait, and nothing is lost', async () => {
    const queue = make<number>({ maxSize: 1 });
    await expect(queue.get({ timeout: 10 })).rejects.toThrow('the queue stayed empty for 10 ms');
    expect(() => queue.getSync({ timeout: 10 })).toThrow(TimeoutError);
    await expect(queue.get({ timeout: 0 })).rejects.toThrow(TimeoutError);
    await queue.put(1, { timeout: 0 });
    await expect(queue.put(2, { timeout: 10 })).rejects.toThrow(TimeoutError);
    expect(() => queue.putSync(2, { timeout: 10 })).toThrow(TimeoutError);
    expect(queue.size).toBe(1);
    expect(queue.getSync({ timeout: 0 })).toBe(1);
    expect(queue.empty).toBe(true);
  });

  test('a signal ends the wait with its reason', async () => {
    const queue = make<number>({ maxSize: 1 });
    const controller = new AbortController();
    const { signal } = controller;
    const leaving = queue.get({ signal });
    const staying = queue.get();
    controller.abort('enough');
    await expect(leaving).rejects.toBe('enough');
    await expect(queue.get({ signal })).rejects.toBe('enough');
    await queue.put(1);
    expect(await staying).toBe(1);
    await queue.put(2);
    await expect(queue.put(3, { signal })).rejects.toBe('enough');
    expect(queue.size).toBe(1);
  });

  test('a thousand waits with one signal leave nothing at it', async () => {
    const queue = make<number>({ maxSize: 1 });
    const { signal } = new AbortController();
    for (let i = 0; i < 300; i += 1) {
      await expect(queue.get({ signal, timeout: 0 })).rejects.toThrow(TimeoutError);
      const getting = queue.get({ signal, timeout: 60_000 });
      await queue.put(i, { signal });
      expect(await getting).toBe(i);
    }
    const waiting = Array.from({ length: 100 }, () => queue.get({ signal }));
    for (let i = 0; i < 100; i += 1) await queue.put(i, { signal });
    await Promise.all(waiting);
    expect(getEventListeners(signal, 'abort')).toEqual([]);
  });

  test('a value of 100 MB passes', async () => {
    const queue = make<Uint8Array>();
    const [member] = await workers.members(1);
    const sizing = member?.tell('sizeOf', queue);
    await queue.put(new Uint8Array(100_000_000).fill(3));
    expect(await sizing).toEqual([100_000_000, 3]);
  });

  test.each(['putSync', 'put'])('close ends the calls of others that wait for room in %s', async (method) => {
    const queue = make<unknown>({ maxSize: 1 });
    await queue.put(1);
    const [member, other] = await workers.members(2);
    const started = allocate(4, scope);
    const puts = [
      member?.tell('announce', started, 0, queue, method, 2),
      // In the middle of a large one, too.
      other?.tell('announce', started, 0, queue, method, new Uint8Array(1_000_000)),
    ];
    await until(() => Atomics.load(started.words, 0) === 2);
    await sleep(shortDelay);
    queue.close();
    for (const put of puts) await expect(put).rejects.toThrow('the queue is closed and accepts no values');
    expect([...queue]).toEqual([1]);
  });

  test('close ends the calls that wait; what is in it can still be taken', async () => {
    const queue = make<number>({ maxSize: 1 });
    const getting = [queue.get(), queue.get()];
    queue.close();
    for (const wait of getting) await expect(wait).rejects.toThrow(QueueClosedError);
    expect(queue.closed).toBe(true);
    queue.close();

    const full = make<number>({ maxSize: 1 });
    await full.put(1);
    const putting = [full.put(2), full.put(3)];
    full.close();
    for (const wait of putting) await expect(wait).rejects.toThrow('the queue is closed and accepts no values');
    await expect(full.put(4)).rejects.toThrow(QueueClosedError);
    expect(() => full.putSync(4)).toThrow(QueueClosedError);
    expect(() => full.tryPut(4)).toThrow(QueueClosedError);
    expect(await full.get()).toBe(1);
    await expect(full.get()).rejects.toThrow('the queue is closed and empty');
    expect(() => full.getSync()).toThrow(QueueClosedError);
    expect(() => full.tryGet()).toThrow(QueueClosedError);
  });

  test.each(['blocking', 'async'])('close ends the calls of others that wait, %s', async (mode) => {
    const queue = make();
    const [member] = await workers.members(1);
    const consuming = member?.tell('consume', queue, mode);
    await queue.put({ producer: 0, index: 0 });
    await until(() => queue.empty);
    queue.close();
    expect(await consuming).toEqual([0, 0]);
  });

  test('iterations end when the queue is closed and empty', async () => {
    const queue = make<number>();
    for (const n of [1, 2, 3]) queue.putSync(n);
    for await (const n of queue) {
      expect(n).toBe(1);
      break;
    }
    queue.close();
    expect([...queue]).toEqual([2, 3]);
    for await (const n of queue) expect.unreachable(`${n}`);
    using other = make<number>();
    expect(other.closed).toBe(false);
  });

  test('an error that is a value does not end an iteration', async () => {
    const queue = make<Error>();
    await queue.put(new QueueClosedError('a value'));
    await queue.put(new Error('another'));
    queue.close();
    const messages: string[] = [];
    for await (const error of queue) messages.push(error.message);
    expect(messages).toEqual(['a value', 'another']);
  });

  test('one thread: a pending put of a large value and a blocking get', async () => {
    const queue = make<Uint8Array>({ capacity: 4096 });
    const put = queue.put(new Uint8Array(100_000).fill(7));
    expect(queue.getSync()).toEqual(new Uint8Array(100_000).fill(7));
    await put;
    const got = queue.get();
    queue.putSync(new Uint8Array(100_000).fill(8));
    expect((await got)[99_999]).toBe(8);
    const last = queue.put(new Uint8Array(50_000).fill(9));
    expect(queue.tryGet()?.length).toBe(50_000);
    await last;
  });

  test('a large value whose producer gives up is never seen', async () => {
    const queue = make<unknown>({ capacity: 4096 });
    await expect(queue.put(new Uint8Array(100_000), { timeout: 20 })).rejects.toThrow(TimeoutError);
    const got = queue.get();
    const large = queue.put(new Uint8Array(100_000), { signal: AbortSignal.abort('no') });
    await expect(large).rejects.toBe('no');
    await queue.put('next');
    expect(await got).toBe('next');
    expect(queue.empty).toBe(true);
  });

  test('a consumer that gives up in the middle of a large value leaves it to others', async () => {
    const queue = make<Uint8Array>({ capacity: 4096 });
    const [member] = await workers.members(1);
    // The producer blocks in the middle of the value, for want of room.
    const producing = member?.tell('invoke', queue, 'putSync', new Uint8Array(50_000).fill(5));
    await until(() => queue.full);
    const controller = new AbortController();
    const leaving = queue.get({ signal: controller.signal });
    controller.abort('no time');
    // If the producer was fast, all of the value was there already.
    const outcome = await leaving.catch((reason: unknown) => reason);
    const value = outcome === 'no time' ? await queue.get() : outcome;
    expect(value).toEqual(new Uint8Array(50_000).fill(5));
    await producing;
    expect(queue.empty).toBe(true);
  });

  test('what could only pass while it is taken cannot be tried', async () => {
    const queue = make<Uint8Array>({ capacity: 4096 });
    expect(() => queue.tryPut(new Uint8Array(2000))).toThrow(
      /a value of 2000 bytes is too large to be put without waiting: use put or putSync/,
    );
    expect(queue.empty).toBe(true);
    await queue.put(new Uint8Array(2000));
    expect((await queue.get()).length).toBe(2000);
  });

  test.each<[string, object, string]>([
    ['maxSize', { maxSize: -1 }, 'maxSize must be a whole number of values, 0 for no limit, not -1'],
    ['maxSize', { maxSize: 1.5 }, 'maxSize must be a whole number'],
    ['maxSize', { maxSize: '1' }, 'maxSize must be a number, not string'],
    ['capacity', { capacity: 1000 }, 'capacity must be from 1024 to 1073741824 bytes, not 1000'],
    ['capacity', { capacity: NaN }, 'capacity must be from'],
    ['scope', { scope: 'world' }, "scope must be 'threads' or 'processes'"],
  ])('a wrong %s is refused', (_, options, text) => {
    expect(() => make(options)).toThrow(text);
  });

  test('wrong options of a call are refused by name', async () => {
    const queue = make<number>();
    await expect(queue.get({ timeout: -1 })).rejects.toThrow('timeout must be 0 or more');
    await expect(queue.put(1, { timeout: NaN })).rejects.toThrow('timeout must be 0 or more');
    expect(() => queue.getSync({ timeout: -1 })).toThrow(RangeError);
    expect(queue.empty).toBe(true);
  });

  test('a loop of puts and gets lets timers run', async () => {
    const queue = make<number>();
    let stop = false;
    setTimeout(() => {
      stop = true;
    }, 5);
    while (!(stop as boolean)) {
      await queue.put(1);
      await queue.get();
    }
    expect(queue.empty).toBe(true);
  });

  test('queues pass as arguments, in structures, through queues, and on to grandchildren', async () => {
    const [questions, answers] = [make<unknown>(), make<unknown>()];
    const worker = scope === 'threads' ? Thread : Process;
    const child = new worker({ target: greet, args: [{ via: new Map([['q', questions]]), scope }] });
    child.start();
    await questions.put({ answers });
    expect(await answers.get()).toBe('hello from the grandchild');
    await child.join();
    expect(child.exitCode).toBe(0);
  });

  test('a queue is returned by the thread that made it', async () => {
    const worker = scope === 'threads' ? Thread : Process;
    const echoing = new worker({ target: echo, args: [scope] }).start();
    const queue = await echoing.result;
    expect(queue).toBeInstanceOf(Queue);
    expect(queue.tryGet()).toBe('made there');
  });
});

test('a queue of scope threads cannot be sent to a process', () => {
  const queue = new Queue<number>();
  expect(() => new Process({ target: echo, args: [queue as never] }).start()).toThrow(
    /a Queue of scope 'threads', which only threads of this process can reach/,
  );
});

test('values share memory between threads when they hold it', async () => {
  const queue = new Queue<{ memory: SharedArrayBuffer; view: Int32Array }>();
  const memory = new SharedArrayBuffer(8);
  await queue.put({ memory, view: new Int32Array(memory, 4) });
  const got = await queue.get();
  new Int32Array(got.memory)[0] = 5;
  got.view[0] = 6;
  expect([...new Int32Array(memory)]).toEqual([5, 6]);
});

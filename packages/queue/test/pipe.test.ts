import { TimeoutError } from '@manycore/core';
import { allocate } from '@manycore/memory';
import { type Connection, ConnectionClosedError, pipe, Queue, waitAny } from '@manycore/queue';
import { Process } from '@manycore/process';
import { Thread } from '@manycore/thread';
import { afterAll, describe, expect, test } from 'vitest';

import { talk } from './fixtures/pipe-targets.js';
import { Workers } from './support/workers.js';

describe.each(['threads', 'processes'] as const)('scope %s', (scope) => {
  const workers = new Workers(scope);
  afterAll(() => workers[Symbol.asyncDispose]());

  test('what is sent at either end is received at the other', async () => {
    const [a, b] = pipe<string, number>({ scope });
    await a.send('one');
    a.sendSync('two');
    await b.send(3);
    expect(await b.recv()).toBe('one');
    expect(b.recvSync()).toBe('two');
    expect(await a.recv()).toBe(3);
    expect([a.readable, a.writable, b.readable, b.writable]).toEqual([true, true, true, true]);
  });

  test('not duplex: the first receives, the second sends', async () => {
    const [receiver, sender] = pipe<string>({ scope, duplex: false });
    await sender.send('x');
    expect(await receiver.recv()).toBe('x');
    await expect(receiver.send('y')).rejects.toThrow('this end of the pipe can only receive');
    await expect(sender.recv()).rejects.toThrow('this end of the pipe can only send');
    expect([receiver.readable, receiver.writable, sender.readable, sender.writable]).toEqual([
      true,
      false,
      false,
      true,
    ]);
  });

  test('poll says whether there is something to receive', async () => {
    const [a, b] = pipe<number>({ scope });
    expect(await a.poll()).toBe(false);
    expect(a.pollSync({ timeout: 10 })).toBe(false);
    const polling = a.poll({ timeout: 60_000 });
    await b.send(1);
    expect(await polling).toBe(true);
    expect(a.pollSync()).toBe(true);
    expect(await a.recv()).toBe(1);
    expect(await a.poll({ timeout: 5 })).toBe(false);
    b.close();
    expect(await a.poll()).toBe(true);
    await expect(a.recv()).rejects.toThrow(ConnectionClosedError);
  });

  test.each(['blocking', 'async'])('there and back, %s, until this end is closed', async (mode) => {
    const [here, there] = pipe({ scope });
    const [member] = await workers.members(1);
    const echoing = member?.tell('echo', there, mode);
    const values = [1, 'two', { three: [3] }, new Uint8Array(200_000).fill(4), undefined];
    for (const value of values) {
      await here.send(value);
      expect(await here.recv()).toEqual(value);
    }
    here.close();
    expect(await echoing).toBe(values.length);
  });

  test('closing: what was sent is received, then receiving throws', async () => {
    const [a, b] = pipe<number>({ scope });
    await b.send(1);
    b.close();
    b.close();
    expect(b.closed).toBe(true);
    expect(await a.recv()).toBe(1);
    await expect(a.recv()).rejects.toThrow('the other end of the pipe is closed');
    expect(() => a.recvSync()).toThrow(ConnectionClosedError);
    await expect(a.send(2)).rejects.toThrow('no thread would receive the value');
    await expect(b.send(2)).rejects.toThrow('this connection was closed');
    await expect(b.poll()).rejects.toThrow('this connection was closed');
  });

  test('closing ends the calls that wait at either end', async () => {
    const [a, b] = pipe<number>({ scope });
    const here = a.recv();
    const there = b.recv();
    a.close();
    await expect(here).rejects.toThrow(ConnectionClosedError);
    await expect(there).rejects.toThrow(ConnectionClosedError);
  });

  test('one of several connections of an end is closed: the others go on', async () => {
    const [here, there] = pipe<number>({ scope });
    const [first, second] = await workers.members(2);
    await first?.tell('keep', there);
    await second?.tell('keep', there);
    if (first) await workers.kill(first);
    await expect(here.recv({ timeout: 300 })).rejects.toThrow(TimeoutError);
    if (second) await workers.kill(second);
    await expect(here.recv()).rejects.toThrow(ConnectionClosedError);
  });

  test('the thread that has the other end dies: receiving and sending end', async () => {
    const [here, there] = pipe({ scope });
    const [member] = await workers.members(1);
    await member?.tell('keep', there);
    const receiving = here.recv();
    receiving.catch(() => undefined);
    const sending = here.send(new Uint8Array(500_000));
    sending.catch(() => undefined);
    if (member) await workers.kill(member);
    await expect(receiving).rejects.toThrow('the other end of the pipe is closed');
    await expect(sending).rejects.toThrow('no thread would receive the value');
  });

  test('an end that was sent away and is used again is not gone', async () => {
    const [here, there] = pipe<number>({ scope });
    const [member] = await workers.members(1);
    await member?.tell('keep', there);
    await there.send(1);
    if (member) await workers.kill(member);
    expect(await here.recv()).toBe(1);
    await expect(here.recv({ timeout: 300 })).rejects.toThrow(TimeoutError);
    there.close();
    await expect(here.recv()).rejects.toThrow(ConnectionClosedError);
  });

  test('an end that is sent to two at once is not gone when the first is through before the second has it', async () => {
    const [here, there] = pipe<number>({ scope, duplex: false });
    const [first, second] = await workers.members(2);
    const gone = allocate(4, scope);
    const start = performance.now();
    void first?.tell('sayAndGo', there, gone);
    while (Atomics.load(gone.words, 0) === 0) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1);
    expect([here.recvSync(), here.recvSync()]).toEqual([1, 2]);
    // A thread that blocks for two seconds has given it up.
    if (performance.now() - start < 1000) expect(here.pollSync()).toBe(false);
    await second?.tell('sayAndGo', there);
    expect([await here.recv(), await here.recv()]).toEqual([1, 2]);
    await expect(here.recv()).rejects.toThrow(ConnectionClosedError);
  });

  test('a thread that blocks after it sent its end away gives it up all the same', async () => {
    const [here, there] = pipe<number>({ scope });
    const [member] = await workers.members(1);
    void member?.tell('sayAndGo', there);
    expect([here.recvSync(), here.recvSync()]).toEqual([1, 2]);
    expect(() => here.recvSync()).toThrow(ConnectionClosedError);
  });

  test('connections pass to targets, and through queues', async () => {
    const queue = new Queue<Connection<string>>({ scope });
    const [here, there] = pipe<string>({ scope });
    await queue.put(there);
    const worker = scope === 'threads' ? Thread : Process;
    const child = new worker({ target: talk, args: [queue] }).start();
    await here.send('who is there?');
    expect(await here.recv()).toBe('who is there? me');
    await child.join();
    await expect(here.recv()).rejects.toThrow(ConnectionClosedError);
  });

  test('waitAny finds those that have something', async () => {
    const [a, b] = pipe<number>({ scope });
    const queue = new Queue<number>({ scope });
    const other = new Queue<number>({ scope });
    await expect(waitAny([a, queue, other], { timeout: 10 })).rejects.toThrow(
      'no queue or connection had a value within 10 ms',
    );
    // By their places: to compare queues as such would be to iterate over them.
    const places = async (ready: Promise<unknown[]>): Promise<number[]> => {
      return (await ready).map((one) => [a, queue, other].findIndex((each) => each === one));
    };
    const waiting = places(waitAny([a, queue, other]));
    await queue.put(1);
    expect(await waiting).toEqual([1]);
    await b.send(2);
    expect(await places(waitAny([other, a, queue]))).toEqual([0, 1]);
    expect(queue.tryGet()).toBe(1);
    expect(await a.recv()).toBe(2);
    const ending = places(waitAny([a, queue]));
    queue.close();
    expect(await ending).toEqual([1]);
    const closing = places(waitAny([a, other]));
    a.close();
    expect(await closing).toEqual([0]);
    await expect(waitAny([a])).rejects.toThrow('this connection was closed');
    // Nothing is left behind that would take a value.
    await other.put(3);
    expect(other.tryGet()).toBe(3);
  });

  test('waitAny: a signal ends it; wrong sources are refused by name', async () => {
    const queue = new Queue<number>({ scope });
    const controller = new AbortController();
    const waiting = waitAny([queue], { signal: controller.signal });
    controller.abort('enough');
    await expect(waiting).rejects.toBe('enough');
    await expect(waitAny([])).rejects.toThrow('at least one queue or connection');
    await expect(waitAny([queue, 5 as never])).rejects.toThrow(
      'selectables[1] is neither a queue nor a connection',
    );
  });

  test.each<[object, string]>([
    [{ duplex: 1 }, 'duplex must be true or false, not number'],
    [{ capacity: 1 }, 'capacity must be from 1024'],
  ])('wrong options %j are refused', (options, text) => {
    expect(() => pipe({ scope, ...options })).toThrow(text);
  });
});

import { type Connection, ConnectionClosedError, pipe, Queue } from '@manycore/queue';
import { repeat, until } from '@manycore/testing';
import { afterAll, describe, expect, test } from 'vitest';

import { Workers } from './support/workers.js';

const closedText = 'this end of the pipe is closed: it was sent away';

describe.each(['threads', 'processes'] as const)('an end that was reported, scope %s', (scope) => {
  const workers = new Workers(scope);
  afterAll(() => workers[Symbol.asyncDispose]());

  test('stays so: the handle that was sent away is closed', async () => {
    const [here, there] = pipe<string>({ scope });
    const [member] = await workers.members(1);
    await member?.tell('sayAndGo', there);
    expect(await here.recv()).toBe(1);
    expect(await here.recv()).toBe(2);
    await expect(here.recv()).rejects.toThrow('the other end of the pipe is closed');
    expect(there.closed).toBe(true);
    await expect(there.send('again')).rejects.toThrow(closedText);
    await expect(there.recv()).rejects.toThrow(closedText);
    expect(() => there.sendSync('again')).toThrow(ConnectionClosedError);
    await expect(there.poll()).rejects.toThrow(ConnectionClosedError);
    await expect(new Queue<unknown>({ scope }).put(there)).rejects.toThrow(closedText);
    // Reported once more, and of the other end nothing was said.
    await expect(here.recv()).rejects.toThrow(ConnectionClosedError);
    expect(here.closed).toBe(false);
    there.close();
    expect(there.closed).toBe(true);
  });

  test('stays so for the receiving end: what no thread would receive is refused for good', async () => {
    const [here, there] = pipe<string>({ scope });
    const [member] = await workers.members(1);
    await member?.tell('closeIt', there);
    await until(async () => {
      return here.send('lost').then(
        () => false,
        () => true,
      );
    });
    expect(there.closed).toBe(true);
    await expect(there.recv()).rejects.toThrow(closedText);
    await expect(here.send('x')).rejects.toThrow('no thread would receive the value');
  });

  test('until it is reported, the handle that was sent away can be used again', async () => {
    const [here, there] = pipe<number>({ scope });
    const [member] = await workers.members(1);
    await member?.tell('sayAndGo', there);
    await there.send(3);
    expect(there.closed).toBe(false);
    expect([await here.recv(), await here.recv(), await here.recv()]).toEqual([1, 2, 3]);
    const waiting = here.recv();
    there.close();
    await expect(waiting).rejects.toThrow(ConnectionClosedError);
  });

  test('an operation that waits holds the end, though it is sent away meanwhile', async () => {
    const [here, there] = pipe<string | Uint8Array>({ scope, capacity: 1024 });
    const [member] = await workers.members(1);
    // More than there is room for: it waits.
    const sending = there.send(new Uint8Array(5000).fill(7));
    await member?.tell('closeIt', there);
    expect(await here.recv()).toEqual(new Uint8Array(5000).fill(7));
    await sending;
    await expect(here.recv()).rejects.toThrow(ConnectionClosedError);
    expect(there.closed).toBe(true);
  });

  test('a value that waits to be received is received, though the end is sent away meanwhile', async () => {
    const [here, there] = pipe<string>({ scope });
    const [member] = await workers.members(1);
    const receiving = there.recv();
    await member?.tell('closeIt', there);
    await here.send('late');
    expect(await receiving).toBe('late');
    await until(() =>
      here.send('more').then(
        () => false,
        () => true,
      ),
    );
  });

  test('a connection on its way holds the end until it arrives', async () => {
    const [here, there] = pipe<string>({ scope });
    const queue = new Queue<Connection<string>>({ scope });
    await queue.put(there);
    expect(await here.poll({ timeout: 50 })).toBe(false);
    const arrived = await queue.get();
    expect(arrived.closed).toBe(false);
    await arrived.send('in time');
    expect(await here.recv()).toBe('in time');
  });

  test(
    'either the end is reported or the handle is used again, never both',
    repeat(async () => {
      const [here, there] = pipe<number>({ scope });
      const [member] = await workers.members(1);
      const telling = member?.tell('sayAndGo', there);
      const received: number[] = [];
      const receiving = (async () => {
        try {
          for (;;) received.push(await here.recv());
        } catch (error) {
          return error;
        }
      })();
      await telling;
      const sent = await there.send(3).then(
        () => true,
        () => false,
      );
      expect(there.closed).toBe(!sent);
      there.close();
      expect(await receiving).toBeInstanceOf(ConnectionClosedError);
      expect(received).toEqual(sent ? [1, 2, 3] : [1, 2]);
    }),
  );
});

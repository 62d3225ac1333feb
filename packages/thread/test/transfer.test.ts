// Handing over instead of copying.
import { move } from '@manycore/core';
import { expectNoLeaks } from '@manycore/testing';
import { Thread } from '@manycore/thread';
import { expect, test } from 'vitest';
import { answerOn, echo, firstByte } from './fixtures/work.mjs';

expectNoLeaks();

test('by the option transfer, and by move in the arguments', async () => {
  const [listed, moved, copied] = [1, 2, 3].map((n) => new Uint8Array([n])) as [
    Uint8Array<ArrayBuffer>,
    Uint8Array<ArrayBuffer>,
    Uint8Array<ArrayBuffer>,
  ];
  const threads = [
    new Thread({ target: firstByte, args: [listed], transfer: [listed.buffer] }),
    new Thread({ target: firstByte, args: [move(moved)] }),
    new Thread({ target: firstByte, args: [copied] }),
  ];
  const results = await Promise.all(threads.map((thread) => thread.start().result));
  expect(results).toEqual([1, 2, 3]);
  expect([listed, moved, copied].map((bytes) => bytes.length)).toEqual([0, 0, 1]);
  await Promise.all(threads.map((thread) => thread.join()));
});

test('both at once, twice the same', async () => {
  const bytes = new Uint8Array([7]);
  const { buffer } = bytes;
  const thread = new Thread({
    target: firstByte,
    args: [move(bytes)],
    transfer: [buffer, buffer],
  }).start();
  expect(await thread.result).toBe(7);
  await thread.join();
});

test('ports', async () => {
  const { port1, port2 } = new MessageChannel();
  const thread = new Thread({ target: answerOn, args: [move(port2) as never] }).start();
  const answer = new Promise((resolve) => port1.once('message', resolve));
  port1.postMessage('question');
  expect(await answer).toEqual({ answer: 'question' });
  await thread.join();
});

test('ports that are not transferred, and what cannot be', () => {
  const { port1, port2 } = new MessageChannel();
  expect(() => new Thread({ target: echo, args: [{ port: port1 }] }).start()).toThrow(
    'args[0].port cannot be sent to a thread: it is a MessagePort, which can be transferred but ' +
      'not copied: wrap it in move(…)',
  );
  for (const [transfer, message] of [
    ['x', 'transfer must be an array'],
    [[{}], 'transfer[0] cannot be transferred: it is a plain object; list the ArrayBuffers'],
    [[port1, 5], 'transfer[1] cannot be transferred: it is a number; list ArrayBuffers'],
    [[new Uint8Array(1)], 'it is a view of memory (Uint8Array); list its buffer'],
    [[new SharedArrayBuffer(1)], 'it is shared already; leave it out'],
  ] as const) {
    const make = (): unknown => new Thread({ target: echo, args: [1], transfer: transfer as never });
    expect(make).toThrow(TypeError);
    expect(make).toThrow(message);
  }
  expect(() => move([1], [null as never])).toThrow('transfer[0] cannot be transferred: it is null');
  port1.close();
  port2.close();
});

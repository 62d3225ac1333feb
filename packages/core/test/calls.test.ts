// Calls over an endpoint: `connect` on one side, `serve` on the other.
import { MessageChannel } from 'node:worker_threads';
import {
  type Caller,
  connect,
  createMemoryChannel,
  type Endpoint,
  MessagePortEndpoint,
  serve,
} from '@manycore/core/internal';
import { expectNoLeaks } from '@manycore/testing';
import { describe, expect, test } from 'vitest';

expectNoLeaks();

const module = new URL('fixtures/calls.mjs', import.meta.url).href;
const target = (name: string): { module: string; name: string } => ({ module, name });
const gone = new Error('the other side is gone');

function portChannel(): [Endpoint, Endpoint] {
  const { port1, port2 } = new MessageChannel();
  return [new MessagePortEndpoint(port1), new MessagePortEndpoint(port2)];
}

describe.each([
  ['in memory', createMemoryChannel],
  ['over a MessagePort', portChannel],
] as const)('%s', (_, channel) => {
  const open = (): { caller: Caller; near: Endpoint; far: Endpoint } => {
    const [near, far] = channel();
    serve(far);
    return { caller: connect(near, () => gone), near, far };
  };

  test('answers, several at a time, each to its call', async () => {
    const { caller, near } = open();
    const answers = await Promise.all([
      caller.call(target('wait'), [20]),
      caller.call(target('add'), [1, 2]),
      caller.call(target('wait'), [1]),
      caller.call(target('echo'), [new Map([[1, new RangeError('r')]])]),
    ]);
    expect(answers).toEqual(['waited 20', 3, 'waited 1', new Map([[1, new RangeError('r')]])]);
    near.close();
  });

  test('errors', async () => {
    const { caller, near } = open();
    await expect(caller.call(target('fail'), ['no'])).rejects.toMatchObject({
      name: 'RangeError',
      message: 'no',
      cause: 'a test',
    });
    await expect(caller.call(target('missing'), [])).rejects.toMatchObject({
      code: 'MANYCORE_TARGET_NOT_FOUND',
    });
    await expect(caller.call(target('unsendable'), [])).rejects.toThrow(
      'result.list[0] cannot be sent to a thread: it is a function',
    );
    await expect(caller.call(target('echo'), [1, () => 1])).rejects.toThrow(
      'args[1] cannot be sent to a thread: it is a function',
    );
    await expect(caller.call(target('echo'), [new Proxy({}, {})])).rejects.toMatchObject({
      code: 'MANYCORE_NOT_CLONEABLE',
    });
    expect(await caller.call(target('add'), [1, 1])).toBe(2);
    near.close();
  });

  test.each(['near', 'far'] as const)(
    'every pending call ends when the %s side closes, and every later one',
    async (side) => {
      const ends = open();
      const pending = [
        ends.caller.call(target('never'), []),
        ends.caller.call(target('never'), []).catch((error: unknown) => error),
        ends.caller.call(target('add'), [1, 2]).catch((error: unknown) => error),
      ];
      const settled = Promise.allSettled(pending);
      ends[side].close();
      const [never, , third] = await settled;
      expect(never).toEqual({ status: 'rejected', reason: gone });
      expect([gone, 3]).toContainEqual((third as { value: unknown }).value);
      await expect(ends.caller.call(target('add'), [1, 2])).rejects.toBe(gone);
    },
  );

  test('messages of others on the same channel are left alone', async () => {
    const { caller, near, far } = open();
    const seen = caller.call(target('wait'), [5]);
    for (const message of ['text', {}, { kind: 'other' }, { kind: 'answer', id: 999, value: [1] }]) {
      near.post(message);
      far.post(message);
    }
    expect(await seen).toBe('waited 5');
    near.close();
  });

  test('what is listed is transferred', async () => {
    const { caller, near } = open();
    const bytes = new Uint8Array([1, 2]);
    expect(await caller.call(target('echo'), [bytes], [bytes.buffer])).toEqual(new Uint8Array([1, 2]));
    expect(bytes).toHaveLength(0);
    near.close();
  });
});

test('the reason of the end may come later, or not at all', async () => {
  const [near, far] = createMemoryChannel();
  serve(far);
  const late = connect(near, async () => Promise.resolve(new TypeError('late reason')));
  const call = late.call(target('never'), []);
  near.close();
  await expect(call).rejects.toThrow('late reason');

  const [other] = createMemoryChannel();
  const failing = connect(other, () => Promise.reject(new Error('no reason')));
  const pending = failing.call(target('never'), []);
  other.close();
  await expect(pending).rejects.toThrow('no reason');
});

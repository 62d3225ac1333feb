import { MessageChannel } from 'node:worker_threads';
import { createMemoryChannel, MessagePortEndpoint } from '@manycore/core/internal';
import { expectNoLeaks } from '@manycore/testing';
import { endpointContract, serveEcho } from '@manycore/testing/contracts';
import { describe, expect, test } from 'vitest';

expectNoLeaks();

describe('in memory', () => {
  endpointContract({
    open: () => {
      const [near, far] = createMemoryChannel();
      serveEcho(far);
      return near;
    },
  });

  test('as far as a process: the destination is what it was made for', () => {
    expect(createMemoryChannel('process').map(({ destination }) => destination)).toEqual([
      'process',
      'process',
    ]);
  });
});

describe('over a MessagePort', () => {
  endpointContract({
    open: () => {
      const { port1, port2 } = new MessageChannel();
      serveEcho(new MessagePortEndpoint(port2));
      return new MessagePortEndpoint(port1);
    },
  });

  test('transfers what is listed', async () => {
    const { port1, port2 } = new MessageChannel();
    const [near, far] = [new MessagePortEndpoint(port1), new MessagePortEndpoint(port2)];
    const arrived = new Promise((resolve) => {
      far.onMessage(resolve);
    });
    const bytes = new Uint8Array([1, 2, 3]);
    near.post(bytes, [bytes.buffer]);
    expect(bytes).toHaveLength(0);
    expect(await arrived).toEqual(new Uint8Array([1, 2, 3]));
    near.close();
  });
});

import { setImmediate } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { until } from '../until.js';

/** A message channel's end: as @manycore/core's, which stands above this package. */
export interface ContractEndpoint {
  readonly destination: 'thread' | 'process';
  post(message: unknown, transfer?: readonly object[]): void;
  onMessage(listener: (message: unknown) => void): void;
  onClose(listener: () => void): void;
  close(): void;
  ref(): void;
  unref(): void;
}

/** What the other side of the endpoints under test does with a message. */
export type EchoMessage =
  | { readonly echo: unknown }
  | { readonly burst: number }
  | { readonly burstAndClose: number };

/** The other side: says hello, then does as the messages tell. */
export function serveEcho(endpoint: Omit<ContractEndpoint, 'destination'>): void {
  endpoint.post('hello');
  endpoint.onMessage((message) => {
    const order = message as EchoMessage;
    if ('echo' in order) endpoint.post(order.echo);
    const burst = 'burst' in order ? order.burst : 'burstAndClose' in order ? order.burstAndClose : 0;
    for (let i = 0; i < burst; i += 1) endpoint.post(i);
    if ('burstAndClose' in order) endpoint.close();
  });
}

export interface EndpointKit {
  /** An endpoint whose other side runs {@link serveEcho}. */
  open(): ContractEndpoint;
  /** Waits until everything that `open` started for a closed endpoint has ended. */
  settle?(endpoint: ContractEndpoint): Promise<unknown>;
}

/** What every endpoint promises. Call it inside a `describe`, after `expectNoLeaks`. */
export function endpointContract(kit: EndpointKit): void {
  /** Collects what arrives. */
  const receive = (endpoint: ContractEndpoint): unknown[] => {
    const messages: unknown[] = [];
    endpoint.onMessage((message) => messages.push(message));
    return messages;
  };
  const closed = (endpoint: ContractEndpoint): Promise<void> =>
    new Promise((resolve) => {
      endpoint.onClose(resolve);
    });
  const end = async (endpoint: ContractEndpoint): Promise<void> => {
    const gone = closed(endpoint);
    endpoint.close();
    await gone;
    await kit.settle?.(endpoint);
  };

  describe('endpoint', () => {
    test('messages arrive exactly and in their order', async () => {
      const endpoint = kit.open();
      const messages = receive(endpoint);
      const values = [{ a: [1, undefined, -0, 5n, new Map([[1, 2]])] }, 'text', new Uint8Array([1]), ''];
      for (const echo of values) endpoint.post({ echo });
      endpoint.post({ burst: 1000 });
      await until(() => messages.length === 1005);
      expect(messages.slice(0, 5)).toStrictEqual(['hello', ...values]);
      expect(messages.slice(5)).toEqual(Array.from({ length: 1000 }, (_, i) => i));
      await end(endpoint);
    });

    test('those that came before there was a listener are kept', async () => {
      const endpoint = kit.open();
      endpoint.post({ echo: 1 });
      // Long enough for the answers to be there, with a listener or without.
      const other = kit.open();
      const first = receive(other);
      other.post({ echo: 'round trip' });
      await until(() => first.length === 2);
      for (let i = 0; i < 10; i += 1) await setImmediate();
      const messages = receive(endpoint);
      await until(() => messages.length === 2);
      expect(messages).toEqual(['hello', 1]);
      await end(endpoint);
      await end(other);
    });

    test('what cannot be cloned is refused at once', async () => {
      const endpoint = kit.open();
      expect(() => endpoint.post({ f: () => 1 })).toThrow(/could not be cloned/);
      const messages = receive(endpoint);
      endpoint.post({ echo: 'still fine' });
      await until(() => messages.length === 2);
      await end(endpoint);
    });

    test('closed by the other side: after all that it posted, and once', async () => {
      const endpoint = kit.open();
      const messages = receive(endpoint);
      let closings = 0;
      endpoint.onClose(() => {
        closings += 1;
        expect(messages).toHaveLength(101);
      });
      endpoint.post({ burstAndClose: 100 });
      await closed(endpoint);
      await kit.settle?.(endpoint);
      // Later listeners are called too.
      await closed(endpoint);
      expect(closings).toBe(1);
      expect(messages.at(-1)).toBe(99);
    });

    test('closed by this side; messages to it are dropped, closing it again does nothing', async () => {
      const endpoint = kit.open();
      const messages = receive(endpoint);
      await until(() => messages.length === 1);
      await end(endpoint);
      endpoint.post({ echo: 'unheard' });
      endpoint.close();
      endpoint.ref();
      endpoint.unref();
      await closed(endpoint);
      expect(messages).toEqual(['hello']);
    });
  });
}

import type { MessagePort, Transferable as NodeTransferable } from 'node:worker_threads';
import type { Destination, Endpoint, Transferable } from '../endpoint/endpoint.js';

/** An endpoint over a `MessagePort`, such as a worker thread's `parentPort`. */
export class MessagePortEndpoint implements Endpoint {
  readonly destination: Destination = 'thread';
  readonly #port: MessagePort;
  #closed = false;

  constructor(port: MessagePort) {
    this.#port = port;
    port.once('close', () => {
      this.#closed = true;
    });
  }

  post(message: unknown, transfer: readonly Transferable[] = []): void {
    this.#port.postMessage(message, transfer as NodeTransferable[]);
  }

  onMessage(listener: (message: unknown) => void): void {
    this.#port.on('message', listener);
  }

  onUnreadable(listener: (cause: unknown) => void): void {
    this.#port.on('messageerror', listener);
  }

  onClose(listener: () => void): void {
    if (this.#closed) queueMicrotask(listener);
    else this.#port.once('close', listener);
  }

  close(): void {
    this.#port.close();
  }

  ref(): void {
    this.#port.ref();
  }

  unref(): void {
    this.#port.unref();
  }
}

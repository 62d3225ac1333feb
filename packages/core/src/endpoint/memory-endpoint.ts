import type { Destination, Endpoint, Transferable } from './endpoint.js';

/** Two ends of a channel within one thread: messages are cloned, and arrive in a later microtask. */
export function createMemoryChannel(destination: Destination = 'thread'): [Endpoint, Endpoint] {
  const a = new MemoryEndpoint(destination);
  const b = new MemoryEndpoint(destination);
  a.peer = b;
  b.peer = a;
  return [a, b];
}

class MemoryEndpoint implements Endpoint {
  readonly destination: Destination;
  peer: MemoryEndpoint | undefined;
  #listener: ((message: unknown) => void) | undefined;
  readonly #waiting: unknown[] = [];
  readonly #closeListeners: (() => void)[] = [];
  #closed = false;

  constructor(destination: Destination) {
    this.destination = destination;
  }

  post(message: unknown, transfer: readonly Transferable[] = []): void {
    const copy: unknown = structuredClone(message, { transfer: [...transfer] as ArrayBuffer[] });
    queueMicrotask(() => this.peer?.deliver(copy));
  }

  deliver(message: unknown): void {
    if (this.#closed) return;
    if (this.#listener) this.#listener(message);
    else this.#waiting.push(message);
  }

  onMessage(listener: (message: unknown) => void): void {
    this.#listener = listener;
    for (const message of this.#waiting.splice(0)) listener(message);
  }

  onUnreadable(): void {
    // What cannot be cloned is refused where it is posted.
  }

  onClose(listener: () => void): void {
    if (this.#closed) queueMicrotask(listener);
    else this.#closeListeners.push(listener);
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    for (const listener of this.#closeListeners.splice(0)) queueMicrotask(listener);
    queueMicrotask(() => this.peer?.close());
  }

  ref(): void {
    // Nothing in one thread keeps the event loop alive.
  }

  unref(): void {
    // As above.
  }
}

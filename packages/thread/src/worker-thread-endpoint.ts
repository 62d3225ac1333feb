import type { Departure, Destination, Transferable, WorkerEndpoint } from '@manycore/core';
import { threadEnded } from '@manycore/memory';
import type { Worker } from './platform/node.js';

/** The parent's end of the channel to a worker thread. */
export class WorkerThreadEndpoint implements WorkerEndpoint {
  readonly destination: Destination = 'thread';
  readonly departed: Promise<Departure>;
  /** Node's id of the thread; it stays when the thread is gone. */
  readonly threadId: number;
  readonly #worker: Worker;

  constructor(worker: Worker) {
    this.#worker = worker;
    this.threadId = worker.threadId;
    this.departed = new Promise((resolve) => {
      let cause: unknown;
      worker.once('error', (error) => {
        cause = error;
      });
      // Node delivers all that the thread posted before this event.
      worker.once('exit', (exitCode) => {
        threadEnded(this.threadId);
        resolve(cause === undefined ? { exitCode } : { exitCode, cause });
      });
    });
  }

  post(message: unknown, transfer: readonly Transferable[] = []): void {
    this.#worker.postMessage(message, transfer as ArrayBuffer[]);
  }

  onMessage(listener: (message: unknown) => void): void {
    this.#worker.on('message', listener);
  }

  onClose(listener: () => void): void {
    void this.departed.then(listener);
  }

  close(): void {
    this.terminate();
  }

  terminate(): void {
    void this.#worker.terminate();
  }

  kill(): void {
    this.terminate();
  }

  ref(): void {
    this.#worker.ref();
  }

  unref(): void {
    this.#worker.unref();
  }
}

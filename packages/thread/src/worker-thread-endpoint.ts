import type { ExitStatus, Transferable } from '@manycore/core';
import type { Destination, WorkerEndpoint } from '@manycore/core/internal';
import { terminateThread, threadEnded } from '@manycore/memory/internal';
import { ControlBlock } from './control-block.js';
import type { Worker } from './platform/node.js';

/**
 * How long a thread may take to notice that it is to end, in milliseconds: while it loads its target's
 * module, which may never end; and before that, where only the machine can be slow.
 */
const loadingPatience = 1000;
const startingPatience = 30_000;

/** The parent's end of the channel to a worker thread. */
export class WorkerThreadEndpoint implements WorkerEndpoint {
  readonly destination: Destination = 'thread';
  readonly departed: Promise<ExitStatus>;
  /** Node's id of the thread; it stays when the thread has ended. */
  readonly threadId: number;
  readonly #worker: Worker;
  #listener: ((message: unknown) => void) | undefined;
  /** Messages that arrived before there was a listener. */
  readonly #waiting: unknown[] = [];
  #unreadableListener: ((cause: unknown) => void) | undefined;
  readonly #waitingUnreadable: unknown[] = [];
  readonly #control: ControlBlock | undefined;
  #terminated = false;
  /** The exit code of a thread that reported its end before it was terminated. */
  #leftWith: number | undefined;
  #patience: ReturnType<typeof setTimeout> | undefined;

  constructor(worker: Worker, control?: ControlBlock) {
    this.#worker = worker;
    this.#control = control;
    this.threadId = worker.threadId;
    worker.on('message', (message: unknown) => {
      if (this.#listener) this.#listener(message);
      else this.#waiting.push(message);
    });
    worker.on('messageerror', (cause: unknown) => {
      if (this.#unreadableListener) this.#unreadableListener(cause);
      else this.#waitingUnreadable.push(cause);
    });
    this.departed = new Promise((resolve) => {
      let cause: unknown;
      let begun = false;
      worker.once('online', () => {
        begun = true;
      });
      worker.once('error', (error) => {
        cause = error;
      });
      // Node delivers all that the thread posted before this event.
      worker.once('exit', (code) => {
        clearTimeout(this.#patience);
        threadEnded(this.threadId);
        // Node reports 0 for a thread that was terminated, or ran out of memory, before it ran anything.
        const failed = cause !== undefined || (this.#terminated && !begun);
        const exitCode = this.#leftWith ?? (failed && code === 0 ? 1 : code);
        resolve(cause === undefined ? { exitCode } : { exitCode, cause });
      });
    });
  }

  post(message: unknown, transfer: readonly Transferable[] = []): void {
    this.#worker.postMessage(message, transfer as ArrayBuffer[]);
  }

  onMessage(listener: (message: unknown) => void): void {
    this.#listener = listener;
    for (const message of this.#waiting.splice(0)) listener(message);
  }

  onUnreadable(listener: (cause: unknown) => void): void {
    this.#unreadableListener = listener;
    for (const cause of this.#waitingUnreadable.splice(0)) listener(cause);
  }

  onClose(listener: () => void): void {
    void this.departed.then(listener);
  }

  close(): void {
    this.terminate();
  }

  /** Node leaks a descriptor when it terminates a thread that loads a module: such a thread ends by itself. */
  terminate(): void {
    if (this.#terminated) return;
    this.#terminated = true;
    // It may still run listeners of its exit, and is terminated all the same; its exit code is known.
    if (this.#control?.phase === ControlBlock.done) this.#leftWith = this.#control.exitCode;
    const phase = this.#control?.forestall();
    if (phase === undefined) {
      this.#end();
      return;
    }
    const patience = phase === ControlBlock.starting ? startingPatience : loadingPatience;
    this.#patience = setTimeout(() => this.#end(), patience);
    this.#patience.unref();
  }

  #end(): void {
    terminateThread(() => void this.#worker.terminate(), this.departed);
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

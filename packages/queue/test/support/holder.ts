import { findHandleType, type Packed, unpack } from '@manycore/core/internal';
import { threadEnded } from '@manycore/memory/internal';
import { portable } from '@manycore/testing';
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';

/**
 * A thread that has put shared memory, marked with 7, into a queue or pipe, and is blocked since. This thread
 * has the queue, but was not told of the memory.
 */
export class Holder<T> implements AsyncDisposable {
  readonly handle: T;
  readonly #gate: Int32Array;
  readonly #worker: Worker;

  private constructor(handle: T, gate: Int32Array, worker: Worker) {
    this.handle = handle;
    this.#gate = gate;
    this.#worker = worker;
  }

  static async start<T>(kind: string): Promise<Holder<T>> {
    const gate = new Int32Array(new SharedArrayBuffer(4));
    const script = new URL('../fixtures/holder.mjs', import.meta.url);
    const worker = new Worker(script, { workerData: { kind, gate } });
    const [packed] = (await once(worker, 'message')) as [Packed];
    const handle = findHandleType(kind)?.attach(await unpack(packed)) as T;
    return new Holder(handle, gate, worker);
  }

  /** Lets it return to its event loop. */
  unblock(): void {
    Atomics.store(this.#gate, 0, 1);
    Atomics.notify(this.#gate, 0);
  }

  async end(): Promise<void> {
    const { threadId } = this.#worker;
    await this.#worker.terminate();
    // A worker of Node's own: where the system lists no threads, its end must be told.
    if (portable) threadEnded(threadId);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.end();
  }
}

/** The mark of shared memory, which is the last item of a value. */
export function markOf(value: unknown): number | undefined {
  const buffer = (value as unknown[]).at(-1) as SharedArrayBuffer;
  return new Uint8Array(buffer)[0];
}

export function shared(mark: number): SharedArrayBuffer {
  const buffer = new SharedArrayBuffer(64);
  new Uint8Array(buffer)[0] = mark;
  return buffer;
}

import { readdirSync, readFileSync, readlinkSync, writeSync } from 'node:fs';
import type { Writable } from 'node:stream';
import { isMainThread, parentPort, threadId, Worker, workerData } from 'node:worker_threads';

export { isMainThread, parentPort, threadId, Worker, workerData };
export type { MessagePort, ResourceLimits, WorkerOptions } from 'node:worker_threads';

type Done = (error?: Error | null) => void;
interface Chunk {
  readonly chunk: string | Uint8Array;
  readonly encoding: BufferEncoding;
}
/** The parts of a stream that do the writing. */
interface Sink {
  _write(chunk: string | Uint8Array, encoding: BufferEncoding, done: Done): void;
  _writev(chunks: readonly Chunk[], done: Done): void;
}

/**
 * Makes this worker thread write its output itself. By default Node hands a worker's output to the main
 * thread's event loop, so that a line appears only once the main thread is idle.
 */
export function writeOutputDirectly(): void {
  for (const [name, descriptor] of [
    ['stdout', 1],
    ['stderr', 2],
  ] as const) {
    // A stream is made when it is first asked for, which most threads never do.
    const made = Object.getOwnPropertyDescriptor(process, name);
    if (!made?.get) continue;
    let stream: Writable | undefined;
    Object.defineProperty(process, name, {
      configurable: true,
      enumerable: true,
      get: () => (stream ??= direct(made.get?.call(process) as Writable, descriptor)),
    });
  }
}

function direct(stream: Writable, descriptor: number): Writable {
  const sink = stream as unknown as Sink;
  sink._write = (chunk, encoding, done) => {
    sink._writev([{ chunk, encoding }], done);
  };
  sink._writev = (chunks, done) => {
    try {
      const bytes = chunks.map(({ chunk, encoding }) =>
        typeof chunk === 'string' ? Buffer.from(chunk, encoding) : chunk,
      );
      writeWhole(descriptor, Buffer.concat(bytes));
      done();
    } catch (error) {
      done(error as Error);
    }
  };
  return stream;
}

const pause = new Int32Array(new SharedArrayBuffer(4));

function writeWhole(descriptor: number, bytes: Uint8Array): void {
  let start = 0;
  while (start < bytes.length) {
    try {
      start += writeSync(descriptor, bytes, start);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error;
      // A full pipe that does not block: its reader needs a moment.
      Atomics.wait(pause, 0, 0, 1);
    }
  }
}

/** Prints an error that ends a thread, whatever became of the standard error stream. */
export function reportFailure(text: string): void {
  try {
    writeWhole(2, Buffer.from(`${text}\n`));
  } catch {
    // Nobody can be told.
  }
}

/** The operating system's id of the calling thread, where there is `/proc`; else 0. */
export function nativeThreadId(): number {
  try {
    return Number(/\d+$/.exec(readlinkSync('/proc/thread-self'))?.[0] ?? 0);
  } catch {
    return 0;
  }
}

/** The operating system's ids of all threads of this process; undefined where it does not tell. */
export function nativeThreadIds(): number[] | undefined {
  try {
    return readdirSync('/proc/self/task').map(Number);
  } catch {
    return undefined;
  }
}

/** Whether a thread of this process lives, or undefined where the system does not tell. */
export function nativeThreadAlive(nativeId: number): boolean | undefined {
  if (nativeId === 0) return undefined;
  try {
    return !/^\d+ \(.*\) [ZX]/s.test(readFileSync(`/proc/self/task/${nativeId}/stat`, 'latin1'));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return code === 'ENOENT' || code === 'ESRCH' ? false : undefined;
  }
}

/** Text for people of anything that was thrown. */
export function describeFailure(error: unknown): string {
  const { inspect } = process.getBuiltinModule('node:util');
  return error instanceof Error ? inspect(error) : `Uncaught ${inspect(error)}`;
}

export function exitThread(code: number): never {
  process.exit(code);
}

/** Calls `listener` with the exit code when this thread ends by itself (not when it is terminated). */
export function onThreadExit(listener: (code: number) => void): void {
  process.once('exit', listener);
}


import { fstatSync, writeSync } from 'node:fs';
import type { Writable } from 'node:stream';
import { describeThrown } from '../errors.js';
import { isError } from './brand-checks.js';

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

/** A stream of standard output by its number: `stdout`, `stderr`. */
export type OutputDescriptor = 1 | 2;

/**
 * Makes this worker write each piece of its output by itself and at once, so that a line of up to 4096
 * bytes appears whole among those of others.
 *
 * By default Node passes a thread's output to the main thread's event loop, where it appears once that is
 * idle. A process buffers what does not fit into a full pipe, and later writes it in large pieces, which are
 * mixed with the lines of others.
 */
export function writeOutputDirectly(descriptors: readonly OutputDescriptor[]): void {
  for (const descriptor of descriptors) {
    const name = descriptor === 1 ? 'stdout' : 'stderr';
    // A stream is made when it is first asked for, which most workers never do.
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

/** Whether output goes to a pipe (which may be a socket), not to a terminal or a file. */
export function isPipe(descriptor: OutputDescriptor): boolean {
  try {
    // As BigInts: Node keeps a pipe's plain status, which makes its next `import` take symbolic
    // links for folders.
    const status = fstatSync(descriptor, { bigint: true });
    return status.isFIFO() || status.isSocket();
  } catch {
    return false;
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

/** Prints an error that ends a worker, even if its standard error stream is closed. */
export function reportFailure(where: string, error: unknown): void {
  try {
    writeWhole(2, Buffer.from(`${where}:\n${describe(error)}\n`));
  } catch {
    // There is nowhere to report it.
  }
}

/** Describes anything that was thrown: inspecting it may run code of the program, and throw. */
function describe(error: unknown): string {
  const { inspect } = process.getBuiltinModule('node:util');
  try {
    return isError(error) ? inspect(error) : `Uncaught ${inspect(error)}`;
  } catch {
    return `Uncaught ${describeThrown(error)}`;
  }
}

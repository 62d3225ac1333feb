import type { DescriptorAddress, WakePipeReader, WakePipeWriter } from '../../native-backend.js';
import { type Libc, systemError } from './libc.js';
import { O_CLOEXEC, O_RDWR } from './linux-segments.js';

const one = new Uint8Array(1);

/**
 * A wake pipe is one that the event loop watches; a signal is a byte. Others open the pipe through
 * /proc/PID/fd. (An eventfd cannot be opened so, and a thread that waits on a futex for the loop adds a
 * second wake-up to each signal.)
 */
export class LinuxWakePipe implements WakePipeReader {
  readonly pid: number;
  readonly descriptor: number;
  readonly tag: number;

  constructor(libc: Libc, pid: number, onSignal: () => void) {
    this.pid = pid;
    this.descriptor = openPipe(libc);
    this.tag = tagOf(this.descriptor);
    const { Socket } = process.getBuiltinModule('node:net');
    // The socket owns the descriptor: it is closed with the thread, also with one that is terminated.
    const socket = new Socket({
      fd: this.descriptor,
      readable: true,
      writable: false,
      // A buffer of our own spares the stream machinery: a third of the time from signal to callback.
      onread: {
        buffer: new Uint8Array(64),
        callback: () => {
          onSignal();
          return true;
        },
      },
    } as ConstructorParameters<typeof Socket>[0]);
    socket.on('error', () => undefined);
    socket.read(0);
    socket.unref();
  }
}

/** Both ends of a pipe in one descriptor: so it never reads as closed when a sender leaves. */
function openPipe(libc: Libc): number {
  const ends = new Int32Array(2);
  if (libc.pipe2(ends, O_CLOEXEC) !== 0) throw systemError(libc, 'cannot open a pipe');
  const { O_NONBLOCK } = process.getBuiltinModule('node:fs').constants;
  const [reading, writing] = ends as unknown as [number, number];
  const both = libc.open(
    `/proc/thread-self/fd/${reading}`,
    O_RDWR | O_CLOEXEC | O_NONBLOCK,
    0,
  );
  const error = both < 0 ? systemError(libc, 'cannot open a pipe') : undefined;
  libc.close(reading);
  libc.close(writing);
  if (error) throw error;
  return both;
}

class LinuxOutbox implements WakePipeWriter {
  readonly #libc: Libc;
  readonly #descriptor: number;
  readonly close: () => void;

  constructor(libc: Libc, descriptor: number, close: () => void) {
    this.#libc = libc;
    this.#descriptor = descriptor;
    this.close = close;
  }

  signal(): boolean {
    // A full pipe (EAGAIN) is full of signals. EPIPE: the reader has closed the pipe.
    return (
      this.#libc.write(this.#descriptor, one, 1) === 1 || this.#libc.errno() === EAGAIN
    );
  }
}

const EAGAIN = 11;

export function openWakePipeWriter(
  libc: Libc,
  { pid, descriptor }: DescriptorAddress,
  tag: number,
): WakePipeWriter | undefined {
  const own = openWriting(libc, `/proc/${pid}/fd/${descriptor}`);
  if (!own) return undefined;
  // The number may lead to something else by now, which must not be written to.
  if (tagOf(own.descriptor) === tag) return new LinuxOutbox(libc, own.descriptor, own.close);
  own.close();
  return undefined;
}

/** Undefined when there is no such file. */
function openWriting(
  libc: Libc,
  path: string,
): { descriptor: number; close: () => void } | undefined {
  const { closeSync, constants, openSync } = process.getBuiltinModule('node:fs');
  const flags = constants.O_WRONLY | constants.O_NONBLOCK;
  try {
    // By `fs` where we may: Node closes what a terminated thread had opened so.
    const descriptor = openSync(path, flags);
    return { descriptor, close: () => closeSync(descriptor) };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENXIO' || code === 'ESRCH') return undefined;
    if (code !== 'ERR_ACCESS_DENIED') throw error;
    // The permission model, which allows addons, means files by that.
    const descriptor = libc.open(path, flags | O_CLOEXEC, 0);
    return descriptor < 0 ? undefined : { descriptor, close: () => void libc.close(descriptor) };
  }
}

/** The inode of the pipe, low 32 bits. */
function tagOf(descriptor: number): number {
  const { fstatSync } = process.getBuiltinModule('node:fs');
  return Number(BigInt.asIntN(32, fstatSync(descriptor, { bigint: true }).ino));
}

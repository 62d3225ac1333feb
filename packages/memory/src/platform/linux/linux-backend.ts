import type {
  DescriptorAddress,
  WakePipeReader,
  Mapping,
  NativeBackend,
  OpenSegment,
  WakePipeWriter,
  ThreadIdentity,
} from '../../native/native-backend.js';
import { ProcessesUnavailableError } from '../../native/unavailable-error.js';
import type { Libc } from './libc.js';
import { LinuxWakePipe, openWakePipeWriter } from './linux-wake-pipe.js';
import { LinuxNames } from './linux-names.js';
import { LinuxSegments } from './linux-segments.js';
import { mappedFiles, openMaps } from './mapped-files.js';
import { startOf } from './task-stat.js';

// Without FUTEX_PRIVATE_FLAG: a futex is known by its memory, not by its address in one process.
const FUTEX_WAIT = 0;
const FUTEX_WAKE = 1;
const EAGAIN = 11;
const ETIMEDOUT = 110;
const ENOENT = 2;
const ESRCH = 3;
const maxInt = 2 ** 31 - 1;

/** The number of the `futex` system call, by `process.arch`. */
const futexNumbers: Readonly<Record<string, number>> = {
  x64: 202,
  arm64: 98,
  riscv64: 98,
  loong64: 98,
};

/** Linux: memfds, futexes, /proc and pipes. One for each thread. */
export class LinuxBackend implements NativeBackend {
  readonly #libc: Libc;
  readonly #futex: number;
  readonly #segments: LinuxSegments;
  readonly #names: LinuxNames;
  readonly #stat = new Uint8Array(1024);
  readonly #decoder = new TextDecoder('latin1');
  /** A `timespec`: seconds and nanoseconds, 64 bits each, of which the low halves are enough. */
  readonly #timeout = new Int32Array(4);
  #current: ThreadIdentity | undefined;

  constructor(libc: Libc, arch: string) {
    const futex = futexNumbers[arch];
    if (futex === undefined) {
      throw new ProcessesUnavailableError(
        `is not there for ${arch} yet (only for ${Object.keys(futexNumbers).join(', ')})`,
      );
    }
    this.#libc = libc;
    this.#futex = futex;
    this.#segments = new LinuxSegments(libc);
    this.#names = new LinuxNames(libc);
  }

  createSegment(byteLength: number): OpenSegment {
    return this.#segments.create(byteLength);
  }

  openSegment(address: DescriptorAddress): OpenSegment | undefined {
    return this.#segments.open(address);
  }

  closeSegment(descriptor: number): void {
    this.#segments.close(descriptor);
  }

  mapSegment(descriptor: number, byteLength: number): Mapping {
    return this.#segments.map(descriptor, byteLength);
  }

  segmentLimit(): number {
    return this.#segments.descriptorLimit();
  }

  readSegment(descriptor: number, into: Uint8Array, at: number): void {
    this.#segments.read(descriptor, into, at);
  }

  openMappings(): number {
    return openMaps(this.#libc);
  }

  mappedSegments(mappings: number): ReadonlySet<string> {
    return mappedFiles(mappings);
  }

  createNamed(name: string, byteLength: number): OpenSegment {
    return this.#segments.describe(this.#names.create(name, byteLength));
  }

  openNamed(name: string): OpenSegment {
    return this.#segments.describe(this.#names.open(name));
  }

  unlinkNamed(name: string): void {
    this.#names.unlink(name);
  }

  baseOf(buffer: SharedArrayBuffer): number {
    return this.#segments.baseOf(buffer);
  }

  wait(address: number, expected: number, timeout: number): 'ok' | 'not-equal' | 'timed-out' {
    // Up to a heartbeat, so below one second.
    this.#timeout[2] = Math.ceil(timeout * 1e6);
    const result = this.#libc.futexWait(this.#futex, address, FUTEX_WAIT, expected, this.#timeout);
    if (result === 0) return 'ok';
    const errno = this.#libc.errno();
    if (errno === EAGAIN) return 'not-equal';
    // EINTR: a signal came. That is a spurious wake-up.
    return errno === ETIMEDOUT ? 'timed-out' : 'ok';
  }

  wake(address: number, count: number): number {
    return this.#libc.futexWake(this.#futex, address, FUTEX_WAKE, Math.min(count, maxInt));
  }

  currentThread(): ThreadIdentity {
    return (this.#current ??= this.#readCurrentThread());
  }

  threadAlive({ pid, tid, started }: ThreadIdentity): boolean {
    const stat = this.#read(`/proc/${pid}/task/${tid}/stat`);
    // Only "no such thread" is proof that it is gone.
    if (typeof stat === 'number') return stat !== ENOENT && stat !== ESRCH;
    return startOf(stat) === started;
  }

  openWakePipe(onSignal: () => void): WakePipeReader {
    return new LinuxWakePipe(this.#libc, this.currentThread().pid, onSignal);
  }

  openWakePipeWriter(address: DescriptorAddress, tag: number): WakePipeWriter | undefined {
    return openWakePipeWriter(this.#libc, address, tag);
  }

  /** By /proc, not by getpid: in a container the numbers must be those that /proc goes by. */
  #readCurrentThread(): ThreadIdentity {
    const status = this.#read('/proc/thread-self/status');
    const stat = this.#read('/proc/thread-self/stat');
    if (typeof status === 'number' || typeof stat === 'number') {
      throw new ProcessesUnavailableError('needs /proc, which is not mounted');
    }
    const number = (field: string): number =>
      Number(new RegExp(`^${field}:\\s*(\\d+)`, 'm').exec(status)?.[1]);
    return { pid: number('Tgid'), tid: number('Pid'), started: startOf(stat) ?? 0 };
  }

  /** The beginning of a small file, or the error number. Not by `fs`: a permission model may hide /proc. */
  #read(path: string): string | number {
    const libc = this.#libc;
    const descriptor = libc.open(path, O_CLOEXEC, 0);
    if (descriptor < 0) return libc.errno();
    const length = libc.read(descriptor, this.#stat, this.#stat.length);
    const errno = length < 0 ? libc.errno() : 0;
    libc.close(descriptor);
    return errno === 0 ? this.#decoder.decode(this.#stat.subarray(0, length)) : errno;
  }
}

const O_CLOEXEC = 0o2000000;

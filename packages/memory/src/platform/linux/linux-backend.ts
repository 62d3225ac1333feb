import { ProcessesUnavailableError } from '../../errors.js';
import type {
  DescriptorAddress,
  Mapping,
  NativeBackend,
  OpenSegment,
  ThreadIdentity,
  WakePipeReader,
  WakePipeWriter,
} from '../../native-backend.js';
import { startOf } from '../node.js';
import { failure, type Libc } from './libc.js';
import { LinuxNames } from './linux-names.js';
import { LinuxSegments, O_CLOEXEC } from './linux-segments.js';
import { LinuxWakePipe, openWakePipeWriter } from './linux-wake-pipe.js';

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

const decoder = new TextDecoder('latin1');
/** A line of /proc/self/maps for a shared mapping of a file: its device and its inode. */
const sharedMapping = /^[0-9a-f]+-[0-9a-f]+ ..[-x]s [0-9a-f]+ ([0-9a-f]+):([0-9a-f]+) ([1-9]\d*)/gm;

/** A descriptor of the list of this process's mappings, to be opened while there is one left. */
function openMaps(libc: Libc): number {
  // Not by `fs`: a permission model may hide /proc.
  const descriptor = libc.open('/proc/self/maps', O_CLOEXEC, 0);
  if (descriptor < 0) throw failure(libc, 'cannot open /proc/self/maps');
  return descriptor;
}

/**
 * The files of which this process has a shared mapping, as `device:inode`. It is the kernel's own list:
 * true whichever thread made a mapping, and however that thread ended.
 */
function mappedFiles(descriptor: number): Set<string> {
  const found = new Set<string>();
  for (const [, major = '', minor = '', inode = ''] of read(descriptor).matchAll(sharedMapping)) {
    found.add(`${deviceOf(parseInt(major, 16), parseInt(minor, 16))}:${inode}`);
  }
  return found;
}

/** The number that `stat` gives for a device. */
function deviceOf(major: number, minor: number): number {
  return ((minor & 0xff) | (major << 8) | ((minor & ~0xff) << 12)) >>> 0;
}

function read(descriptor: number): string {
  const { readSync } = process.getBuiltinModule('node:fs');
  const chunk = new Uint8Array(65_536);
  let text = '';
  for (;;) {
    const length = readSync(descriptor, chunk, 0, chunk.length, text.length);
    if (length === 0) return text;
    text += decoder.decode(chunk.subarray(0, length));
  }
}

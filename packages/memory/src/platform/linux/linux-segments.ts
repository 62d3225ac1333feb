import type { DescriptorAddress, Mapping, OpenSegment } from '../../native-backend.js';
import { failure, isLimit, type Libc } from './libc.js';

export const MFD_CLOEXEC = 1;
const MFD_ALLOW_SEALING = 2;
const F_ADD_SEALS = 1033;
const SEAL_SEAL_SHRINK_GROW = 1 | 2 | 4;
export const O_RDWR = 2;
export const O_CLOEXEC = 0o2000000;
const PROT_READ_WRITE = 3;
const MAP_SHARED = 1;
const MAP_FIXED = 16;
const RLIMIT_NOFILE = 7;
const RLIMIT_AS = 9;

/** The part of WebAssembly that we use. Its types come with those of browsers, which we do not want. */
declare const WebAssembly: {
  Memory: new (descriptor: { initial: number; maximum: number; shared: true }) => {
    readonly buffer: SharedArrayBuffer;
  };
};

/** The unit of WebAssembly memory. */
const wasmPage = 65_536;

/** After a reservation failed, none is tried for so long, in milliseconds. */
const exhaustedFor = 60_000;

/** Segments are memfds: files without a name, which are gone when no process has them any more. */
export class LinuxSegments {
  readonly #libc: Libc;
  readonly #unmap = new FinalizationRegistry<{ address: number; byteLength: number }>(
    ({ address, byteLength }) => this.#libc.munmap(address, byteLength),
  );

  /** Until when no reservation is tried, by `performance.now()`: one that fails costs V8 several collections. */
  #exhaustedUntil = 0;

  constructor(libc: Libc) {
    this.#libc = libc;
  }

  create(byteLength: number): OpenSegment {
    const libc = this.#libc;
    const descriptor = libc.memfd_create('manycore', MFD_CLOEXEC | MFD_ALLOW_SEALING);
    if (descriptor < 0) throw failure(libc, 'cannot make shared memory');
    if (libc.ftruncate(descriptor, byteLength) !== 0) {
      const error = failure(libc, `cannot make shared memory of ${byteLength} bytes`);
      libc.close(descriptor);
      throw error;
    }
    // Touching a page beyond the end of a file kills the process: the file keeps its size forever.
    libc.fcntl(descriptor, F_ADD_SEALS, SEAL_SEAL_SHRINK_GROW);
    return this.describe(descriptor);
  }

  /** By the sender's descriptor, which gives a descriptor of our own to the same file. */
  open({ pid, descriptor }: DescriptorAddress): OpenSegment | undefined {
    const path = `/proc/${pid}/fd/${descriptor}`;
    const own = this.#libc.open(path, O_RDWR | O_CLOEXEC, 0);
    if (own >= 0) return this.describe(own);
    const errno = this.#libc.errno();
    if (isLimit(errno)) throw failure(this.#libc, 'cannot open shared memory', errno);
    return undefined;
  }

  close(descriptor: number): void {
    this.#libc.close(descriptor);
  }

  /** What an open descriptor leads to. */
  describe(descriptor: number): OpenSegment {
    const { fstatSync } = process.getBuiltinModule('node:fs');
    const { dev, ino, size } = fstatSync(descriptor, { bigint: true });
    return { descriptor, byteLength: Number(size), identity: `${dev}:${ino}` };
  }

  read(descriptor: number, into: Uint8Array, at: number): void {
    const { readSync } = process.getBuiltinModule('node:fs');
    readSync(descriptor, into, 0, into.length, at);
  }

  map(descriptor: number, byteLength: number): Mapping {
    // A reservation that is granted is taken from what others need: V8 for a new thread, for example.
    const memory = this.#isAddressSpaceLimited() ? undefined : this.#reserve(byteLength);
    if (!memory) return this.#mapBare(descriptor, byteLength);
    const { buffer } = memory;
    const base = this.baseOf(buffer);
    const mapped = this.#mmap(base, byteLength, MAP_SHARED | MAP_FIXED, descriptor);
    if (mapped !== base) throw failure(this.#libc, 'cannot map shared memory');
    return { buffer, base };
  }

  baseOf(buffer: SharedArrayBuffer): number {
    return this.#libc.address(new Uint8Array(buffer));
  }

  /** Where none can be had (`ulimit -v`, more than 4 GiB): a buffer that threads cannot pass on. */
  #mapBare(descriptor: number, byteLength: number): Mapping {
    const base = this.#mmap(0, byteLength, MAP_SHARED, descriptor);
    if (base === -1) throw failure(this.#libc, 'cannot map shared memory');
    const buffer = this.#libc.view(base, byteLength);
    this.#unmap.register(buffer, { address: base, byteLength });
    return { buffer, base };
  }

  /**
   * A shared buffer whose pages can be replaced by others: the buffer of a WebAssembly memory is page-
   * aligned, never moves, and V8 unmaps whatever lies there once no view is left. It reserves 8 to 10 GB of
   * address space, and no memory; so there is room for some 13,000 in a process.
   */
  #reserve(byteLength: number): { buffer: SharedArrayBuffer } | undefined {
    if (performance.now() < this.#exhaustedUntil) return undefined;
    const pages = Math.ceil(byteLength / wasmPage);
    try {
      return new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true });
    } catch {
      this.#exhaustedUntil = performance.now() + exhaustedFor;
      return undefined;
    }
  }

  #isAddressSpaceLimited(): boolean {
    return this.#limit(RLIMIT_AS) !== Infinity;
  }

  /** How many descriptors this process may have open. */
  descriptorLimit(): number {
    return this.#limit(RLIMIT_NOFILE);
  }

  #limit(resource: number): number {
    const limits = new BigUint64Array(2);
    this.#libc.getrlimit(resource, limits);
    const [soft = 0n] = limits;
    return soft === 2n ** 64n - 1n ? Infinity : Number(soft);
  }

  #mmap(address: number, byteLength: number, flags: number, descriptor: number): number {
    return this.#libc.mmap(address, byteLength, PROT_READ_WRITE, flags, descriptor, 0);
  }
}

import { ManycoreError } from '@manycore/core';
import { scriptOf } from '@manycore/core/internal';

import { ProcessesUnavailableError, SharedMemoryLimitError } from '../../errors.js';
import { loadNative } from '../../threads/native-loading.js';

/*
 * The C library through koffi, loaded at the first use of scope 'processes'. Addresses and lengths are
 * numbers: an address of Linux user space fits into 48 bits. Variadic functions are declared with the
 * arguments we give: on every 64-bit Linux these go through the same registers.
 */

/** The part of koffi that we use; its own types name the functions by strings, with `any` results. */
interface Koffi {
  load(path: null): { func(name: string, result: string, parameters: readonly string[]): NativeFunction };
  errno(): number;
  address(memory: Uint8Array): bigint;
  view(address: bigint, byteLength: number): ArrayBuffer;
}

/** All that we call return a number. */
type NativeFunction = (...values: readonly (number | string | ArrayBufferView)[]) => number;

export interface Libc {
  errno(): number;
  address(memory: Uint8Array): number;
  /** Memory at an address as a buffer that owns nothing. */
  view(address: number, byteLength: number): ArrayBuffer;
  posix_fallocate(descriptor: number, offset: number, length: number): number;
  getrlimit(resource: number, into: BigUint64Array): number;
  memfd_create(name: string, flags: number): number;
  ftruncate(descriptor: number, length: number): number;
  fcntl(descriptor: number, command: number, argument: number): number;
  open(path: string, flags: number, mode: number): number;
  close(descriptor: number): number;
  read(descriptor: number, into: Uint8Array, length: number): number;
  write(descriptor: number, from: Uint8Array, length: number): number;
  pipe2(descriptors: Int32Array, flags: number): number;
  unlink(path: string): number;
  linkat(fromAt: number, from: string, toAt: number, to: string, flags: number): number;
  mmap(
    address: number,
    length: number,
    protection: number,
    flags: number,
    descriptor: number,
    offset: number,
  ): number;
  munmap(address: number, length: number): number;
  futexWait(
    number: number,
    address: number,
    operation: number,
    expected: number,
    timeout: Int32Array,
  ): number;
  futexWake(number: number, address: number, operation: number, count: number): number;
}

let libc: Libc | undefined;
/** Not `import.meta.url`: a bundler may have replaced it. */
const own = scriptOf(() => new Error().stack);

export function loadLibc(): Libc {
  return (libc ??= loadNative(() => bind(loadKoffi())));
}

function bind(koffi: Koffi): Libc {
  const library = koffi.load(null);
  const declare = (name: string, result: string, ...parameters: string[]): NativeFunction =>
    library.func(name, result, parameters);
  return {
    errno: () => koffi.errno(),
    address: (memory) => Number(koffi.address(memory)),
    view: (address, byteLength) => koffi.view(BigInt(address), byteLength),
    posix_fallocate: declare('posix_fallocate', 'int', 'int', 'int64', 'int64'),
    getrlimit: declare('getrlimit', 'int', 'int', 'void *'),
    memfd_create: declare('memfd_create', 'int', 'str', 'uint'),
    ftruncate: declare('ftruncate', 'int', 'int', 'int64'),
    fcntl: declare('fcntl', 'int', 'int', 'int', 'int64'),
    open: declare('open', 'int', 'str', 'int', 'int'),
    close: declare('close', 'int', 'int'),
    read: declare('read', 'int64', 'int', 'void *', 'int64'),
    write: declare('write', 'int64', 'int', 'void *', 'int64'),
    pipe2: declare('pipe2', 'int', 'void *', 'int'),
    unlink: declare('unlink', 'int', 'str'),
    linkat: declare('linkat', 'int', 'int', 'str', 'int', 'str', 'int'),
    mmap: declare('mmap', 'int64', 'int64', 'int64', 'int', 'int', 'int', 'int64'),
    munmap: declare('munmap', 'int', 'int64', 'int64'),
    futexWait: declare('syscall', 'int64', 'int64', 'int64', 'int', 'int', 'void *'),
    futexWake: declare('syscall', 'int64', 'int64', 'int64', 'int', 'int'),
  };
}

function loadKoffi(): Koffi {
  try {
    const { createRequire } = process.getBuiltinModule('node:module');
    return createRequire(own ?? `${process.cwd()}/`)('koffi') as Koffi;
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code;
    if (code === 'ERR_DLOPEN_DISABLED') {
      throw new ProcessesUnavailableError(
        `needs a native addon, which Node's permission model refuses: start node with --allow-addons`,
        { cause },
      );
    }
    if (code === 'ERR_ACCESS_DENIED') {
      throw new ProcessesUnavailableError(
        `needs the package koffi, which Node's permission model hides: start node with --allow-addons and --allow-fs-read for node_modules`,
        { cause },
      );
    }
    if (code === 'MODULE_NOT_FOUND') {
      throw new ProcessesUnavailableError(
        `needs the package koffi, which is not installed: npm install koffi`,
        { cause },
      );
    }
    throw new ProcessesUnavailableError(
      `needs the package koffi, which did not load on ${process.platform}-${process.arch} (its message is the cause)`,
      { cause },
    );
  }
}

/** The limits that many or large shared memories meet, by error number. */
const limits: Readonly<Record<number, string>> = {
  12: 'this process has as many mappings as the system allows (vm.max_map_count), or no address space is left (ulimit -v)',
  23: 'the system has as many files open as it can (fs.file-max)',
  24: 'this process has as many files open as it may (ulimit -n), and each shared memory of more than 64 KiB needs one',
};

/** Whether an error number stands for a limit that many shared memories can meet. */
export function isLimit(errno: number): boolean {
  return errno in limits;
}

/** An error for a system call that failed (the last one, unless told): what was wanted, and why not. */
export function systemError(libc: Libc, what: string, errno: number = libc.errno()): ManycoreError {
  const { getSystemErrorMap } = process.getBuiltinModule('node:util');
  const [name, text] = getSystemErrorMap().get(-errno) ?? [`errno ${errno}`, 'unknown'];
  return new ManycoreError('MANYCORE_SHARED_MEMORY', `${what}: ${text} (${name})`);
}

/** The same, as an error that names the limit where one was met. */
export function failure(libc: Libc, what: string, errno: number = libc.errno()): ManycoreError {
  const limit = limits[errno];
  return limit === undefined ? systemError(libc, what, errno) : new SharedMemoryLimitError(what, limit);
}

import { ManycoreError } from '@manycore/core';

import { SharedMemoryLimitError } from '../../native/limit-error.js';
import type { Libc } from './libc.js';

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

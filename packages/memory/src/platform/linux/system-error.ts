import { getSystemErrorMap } from 'node:util';

import { ManycoreError } from '@manycore/core';

import type { Libc } from './libc.js';

/** An error for the system call that has just failed: what was wanted, and why not. */
export function systemError(libc: Libc, what: string): ManycoreError {
  const errno = libc.errno();
  const [name, text] = getSystemErrorMap().get(-errno) ?? [`errno ${errno}`, 'unknown'];
  return new ManycoreError('MANYCORE_SHARED_MEMORY', `${what}: ${text} (${name})`);
}

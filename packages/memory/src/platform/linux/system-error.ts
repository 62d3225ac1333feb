import { ManycoreError } from '@manycore/core';

import type { Libc } from './libc.js';

/** An error for a system call that failed (the last one, unless told): what was wanted, and why not. */
export function systemError(libc: Libc, what: string, errno: number = libc.errno()): ManycoreError {
  const { getSystemErrorMap } = process.getBuiltinModule('node:util');
  const [name, text] = getSystemErrorMap().get(-errno) ?? [`errno ${errno}`, 'unknown'];
  return new ManycoreError('MANYCORE_SHARED_MEMORY', `${what}: ${text} (${name})`);
}

import { runtime } from '@manycore/core/internal';

import { ProcessesUnavailableError } from '../errors.js';
import type { NativeBackend } from '../native-backend.js';
import { loadLibc } from './linux/libc.js';
import { LinuxBackend } from './linux/linux-backend.js';

let loaded: NativeBackend | undefined;

/** The platform's backend, loaded at the first use. Throws `ProcessesUnavailableError` where there is none. */
export function nativeBackend(): NativeBackend {
  return (loaded ??= loadBackend());
}

/** The backend of the platform that runs us. */
function loadBackend(): NativeBackend {
  // Its file functions know only the descriptors that it opened itself.
  if (runtime === 'deno') {
    throw new ProcessesUnavailableError('works in Node and Bun, not in Deno');
  }
  if (process.platform === 'linux') return new LinuxBackend(loadLibc(), process.arch);
  throw new ProcessesUnavailableError(`works on Linux so far, not on ${process.platform}`);
}

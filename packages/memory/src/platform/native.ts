import { runtime } from '@manycore/core/internal';
import type { NativeBackend } from '../native/native-backend.js';
import { ProcessesUnavailableError } from '../native/unavailable-error.js';
import { loadLibc } from './linux/libc.js';
import { LinuxBackend } from './linux/linux-backend.js';

/** The backend of the platform that runs us. */
export function loadBackend(): NativeBackend {
  // Its file functions know only the descriptors that it opened itself.
  if (runtime === 'deno') {
    throw new ProcessesUnavailableError('works in Node and Bun, not in Deno');
  }
  if (process.platform === 'linux') return new LinuxBackend(loadLibc(), process.arch);
  throw new ProcessesUnavailableError(`works on Linux so far, not on ${process.platform}`);
}

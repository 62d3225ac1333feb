import type { NativeBackend } from './native-backend.js';
import { loadBackend } from '../platform/native.js';

let loaded: NativeBackend | undefined;

/** The platform's backend, loaded at the first use. Throws `ProcessesUnavailableError` where there is none. */
export function nativeBackend(): NativeBackend {
  return (loaded ??= loadBackend());
}

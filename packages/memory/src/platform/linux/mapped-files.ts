import type { Libc } from './libc.js';
import { O_CLOEXEC } from './linux-segments.js';
import { failure } from './system-error.js';

const decoder = new TextDecoder('latin1');
/** A line of /proc/self/maps for a shared mapping of a file: its device and its inode. */
const sharedMapping = /^[0-9a-f]+-[0-9a-f]+ ..[-x]s [0-9a-f]+ ([0-9a-f]+):([0-9a-f]+) ([1-9]\d*)/gm;

/** A descriptor of the list of this process's mappings, to be opened while there is one left. */
export function openMaps(libc: Libc): number {
  // Not by `fs`: a permission model may hide /proc.
  const descriptor = libc.open('/proc/self/maps', O_CLOEXEC, 0);
  if (descriptor < 0) throw failure(libc, 'cannot open /proc/self/maps');
  return descriptor;
}

/**
 * The files of which this process has a shared mapping, as `device:inode`. It is the kernel's own list:
 * true whichever thread made a mapping, and however that thread ended.
 */
export function mappedFiles(descriptor: number): Set<string> {
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

import { largestBuffer } from './platform/node.js';

/** The largest segment in bytes: what the buffer of a WebAssembly memory can have. */
const largestSegment = 2 ** 32;

/**
 * The bytes of one piece of memory of scope 'processes', of which `overhead` are ours.
 *
 * @throws RangeError when there are more than a segment can have.
 */
export function checkSegmentSize(byteLength: number, overhead: number): void {
  const limit = largestSegment - overhead;
  if (byteLength > limit) throw tooLarge(byteLength, 'processes', limit);
}

/**
 * Memory of scope 'threads'.
 *
 * @throws RangeError when there are more bytes than this version of Node, or this machine, can give.
 */
export function allocateBuffer(byteLength: number): SharedArrayBuffer {
  if (byteLength > largestBuffer) throw tooLarge(byteLength, 'threads', largestBuffer);
  try {
    const buffer = new SharedArrayBuffer(byteLength);
    // Some versions make a buffer that no array can cover.
    return new Uint8Array(buffer).length === byteLength ? buffer : outOfMemory(byteLength);
  } catch {
    return outOfMemory(byteLength);
  }
}

function tooLarge(byteLength: number, scope: string, limit: number): RangeError {
  return new RangeError(
    `${byteLength} bytes are too many for one shared memory of scope '${scope}': at most ${limit} are possible`,
  );
}

function outOfMemory(byteLength: number): never {
  throw new RangeError(
    `${byteLength} bytes of shared memory of scope 'threads' cannot be had: this process has not that much memory left, or Node no buffer that large`,
  );
}

import { type Packed, unpack, unpackSync } from '@manycore/core';

import { deserialize } from '../platform/structured.js';
import type { Incoming } from './incoming.js';
import { Kind } from './kinds.js';
import { makeView } from './views.js';

/** Where the shared memory is found that was sent past the queue. */
export interface SharedMemoryFinder {
  /** Waits for it if need be, blocking the thread. */
  findSync(key: number): readonly SharedArrayBuffer[];
  find(key: number): Promise<readonly SharedArrayBuffer[]>;
}

/** The value of a message, at once: handles and errors are made of classes that are loaded already. */
export function decodeSync(message: Incoming, finder: SharedMemoryFinder): unknown {
  if (message.kind === Kind.structured) return unpackSync(packedOf(message, 0, []));
  if (message.kind !== Kind.sharing) return decodePlain(message);
  return unpackSync(packedOf(message, 8, finder.findSync(keyOf(message))));
}

/** The value of a message; loads the modules of handles and errors that it holds. */
export function decode(message: Incoming, finder: SharedMemoryFinder): unknown {
  if (message.kind === Kind.structured) {
    const packed = packedOf(message, 0, []);
    return packed.length === 1 ? packed[0] : unpack(packed);
  }
  return message.kind === Kind.sharing ? decodeSharing(message, finder) : decodePlain(message);
}

async function decodeSharing(message: Incoming, finder: SharedMemoryFinder): Promise<unknown> {
  return unpack(packedOf(message, 8, await finder.find(keyOf(message))));
}

function decodePlain({ kind, text, number, bytes, record, failure }: Incoming): unknown {
  if (failure !== undefined) throw failure as Error;
  switch (kind) {
    case Kind.asciiJson:
    case Kind.utf8Json:
      return JSON.parse(text);
    case Kind.record:
      return record;
    case Kind.asciiText:
    case Kind.utf8Text:
    case Kind.utf16Text:
      return text;
    case Kind.number:
      return number;
    case Kind.undefined:
      return undefined;
    case Kind.null:
      return null;
    case Kind.false:
      return false;
    case Kind.true:
      return true;
    default:
      return bytes && makeView(kind - Kind.firstView, bytes.buffer, 0, bytes.length);
  }
}

function packedOf(
  { bytes, failure }: Incoming,
  from: number,
  shared: readonly SharedArrayBuffer[],
): Packed {
  if (!bytes) throw failure;
  return deserialize(from === 0 ? bytes : bytes.subarray(from), shared) as Packed;
}

function keyOf({ bytes, failure }: Incoming): number {
  if (!bytes) throw failure;
  return new DataView(bytes.buffer).getFloat64(0);
}

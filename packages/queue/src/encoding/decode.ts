import { type Packed, unpack, unpackSync } from '@manycore/core/internal';

import { QueueCorruptedError } from '../errors.js';
import { deserialize } from '../platform/structured.js';
import type { Incoming } from './incoming.js';
import { Kind } from './kinds.js';
import { type PartsDesk, partsHeaderBytes, partsKeyOf } from './parts.js';
import { makeView } from './kinds.js';

/** The value of a message, at once: handles and errors are made of classes that are loaded already. */
export function decodeSync(message: Incoming, desk: PartsDesk | undefined): unknown {
  if (!isStructured(message)) return decodePlain(message);
  const packed = packedOf(message, desk);
  try {
    return unpackSync(packed);
  } catch (error) {
    throw unpackFailure(error);
  }
}

/** The value of a message; loads the modules of handles and errors that it holds. */
export function decode(message: Incoming, desk: PartsDesk | undefined): unknown {
  if (!isStructured(message)) return decodePlain(message);
  const packed = packedOf(message, desk);
  if (packed.length === 1) return packed[0];
  return unpack(packed).catch((error: unknown) => {
    throw unpackFailure(error);
  });
}

function isStructured({ kind }: Incoming): boolean {
  return kind === Kind.structured || kind === Kind.sharing;
}

/** The value of a message that `encodePlain` made. @throws QueueCorruptedError for bytes that are none. */
export function decodePlain({ kind, text, number, bytes, record, failure }: Incoming): unknown {
  if (failure !== undefined) throw failure as Error;
  switch (kind) {
    case Kind.asciiJson:
    case Kind.utf8Json:
      return unlessCorrupted(() => JSON.parse(text) as unknown);
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
      return unlessCorrupted(() => bytes && makeView(kind - Kind.firstView, bytes.buffer, 0, bytes.length));
  }
}

function packedOf({ kind, bytes, failure }: Incoming, desk: PartsDesk | undefined): Packed {
  if (!bytes) throw failure;
  if (kind === Kind.structured) return unlessCorrupted(() => checked(deserialize(bytes, [])));
  const key = partsKeyOf(bytes);
  if (!desk) throw new QueueCorruptedError('memory of threads between processes');
  const parts = desk.claim(key);
  return unlessCorrupted(() => checked(deserialize(bytes.subarray(partsHeaderBytes), parts)));
}

function checked(packed: unknown): Packed {
  if (Array.isArray(packed) && packed.length === 1) return packed as unknown as Packed;
  if (Array.isArray(packed) && packed.length === 2 && Array.isArray(packed[1])) {
    return packed as unknown as Packed;
  }
  throw new TypeError('a value without its packing');
}

/** What was put can be read: if it cannot, something else wrote there. */
function unlessCorrupted<T>(read: () => T): T {
  try {
    return read();
  } catch (cause) {
    throw isExhausted(cause) ? cause : new QueueCorruptedError('a value that cannot be read', { cause });
  }
}

/** Of parts that are none the first thing that is read fails. */
function unpackFailure(error: unknown): unknown {
  if (!(error instanceof TypeError)) return error;
  return new QueueCorruptedError('a value that cannot be read', { cause: error });
}

/** Whether this thread has too little memory, or stack, for the value. */
function isExhausted(cause: unknown): boolean {
  return cause instanceof RangeError && /allocation|call stack|Invalid typed array length/.test(cause.message);
}

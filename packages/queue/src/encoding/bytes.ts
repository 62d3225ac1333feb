import { NotCloneableError } from '@manycore/core';

import { QueueCorruptedError } from '../errors.js';
import { deserialize } from '../platform/structured.js';
import { newBytes, textMemory } from '../platform/node.js';
import { decode } from './decode.js';
import { encode } from './encode.js';
import { type IncomingMemory, readMessage } from './incoming.js';
import { Kind } from './kinds.js';

/*
 * The encoding of the queues for a message that leaves the machine: the bytes of the message, and behind them
 * one byte, its kind. The numbers in a message must lie at multiples of 8, so they come first.
 */

/**
 * The bytes of a value. `root` is what the value is called in an error's path.
 *
 * @throws NotCloneableError naming the path of what cannot be sent.
 */
export function encodeBytes(value: unknown, root: string): Uint8Array<ArrayBuffer> {
  const message = named(root, () => encode(value, 'processes'));
  const { byteLength, kind } = message;
  const room = newBytes(Math.ceil((byteLength + 1) / 8) * 8);
  if (byteLength > 0) message.writeTo(memoryOf(room), 0, 0, byteLength);
  room[byteLength] = kind;
  const bytes = room.subarray(0, byteLength + 1);
  if (kind === Kind.structured) refuseHandles(bytes.subarray(0, byteLength), root);
  return bytes;
}

/**
 * The value of such bytes; a promise where modules are to be loaded for its errors.
 *
 * @throws QueueCorruptedError for bytes that are none.
 */
export function decodeBytes(bytes: Uint8Array): unknown {
  const length = bytes.byteLength - 1;
  const kind = bytes[length];
  if (kind === undefined || kind === Kind.sharing) throw new QueueCorruptedError('a message without its kind');
  // Its numbers are read in place, so it must begin where memory does.
  const room = newBytes(Math.ceil(bytes.byteLength / 8) * 8);
  room.set(bytes);
  return decode(readMessage(memoryOf(room), 0, kind, length), undefined);
}

function memoryOf(bytes: Uint8Array<ArrayBuffer>): IncomingMemory {
  return { bytes, doubles: new Float64Array(bytes.buffer, 0, bytes.byteLength >> 3), text: textMemory(bytes) };
}

/** A lock or a queue is a piece of this machine's memory: on another one its handle would be of nothing. */
function refuseHandles(bytes: Uint8Array, root: string): void {
  const packed = deserialize(bytes, []) as readonly [unknown, (readonly { kind: string; name?: string }[])?];
  const handle = packed[1]?.find(({ kind }) => kind === 'handle');
  if (!handle) return;
  throw new NotCloneableError(
    `${root} cannot be sent to another machine: it holds a ${handle.name ?? 'handle'}, which is memory of this machine`,
  );
}

function named<T>(root: string, run: () => T): T {
  try {
    return run();
  } catch (error) {
    if (!(error instanceof NotCloneableError)) throw error;
    const text = error.message.replace(/^value\b/, root).replace(' to a process', ' to another machine');
    throw new NotCloneableError(text, { cause: error.cause });
  }
}

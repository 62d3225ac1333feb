import { cloneFailure, type Destination, pack } from '@manycore/core';
import type { Scope } from '@manycore/memory';

import { utf8Length } from '../platform/node.js';
import { serialize, SharedBufferFound, type Structured } from '../platform/structured.js';
import { isJsonExact } from './json-exact.js';
import { Kind } from './kinds.js';
import { Outgoing } from './outgoing.js';
import { recordOf } from './record.js';
import { withStandIns } from './stand-ins.js';
import { bytesOf, viewKind } from './views.js';

/** Sends shared memory past the queue, and returns the key under which its receiver will find it. */
export type ShareMemory = (buffers: readonly SharedArrayBuffer[]) => number;

const constants = [Kind.undefined, Kind.null, Kind.false, Kind.true].map((kind) =>
  Outgoing.constant(kind),
) as [Outgoing, Outgoing, Outgoing, Outgoing];
const [undefinedMessage, nullMessage, falseMessage, trueMessage] = constants;

/**
 * Makes a message of a value, in the cheapest way that is exact for it. `scope` says how far it will
 * travel, and so what it may hold.
 *
 * @throws NotCloneableError naming the path of what cannot be sent, from `value` on.
 */
export function encode(value: unknown, scope: Scope, share: ShareMemory): Outgoing {
  switch (typeof value) {
    case 'string':
      return encodeText(value);
    case 'number':
      return Outgoing.number(value);
    case 'boolean':
      return value ? trueMessage : falseMessage;
    case 'undefined':
      return undefinedMessage;
    case 'object':
      return value === null ? nullMessage : encodeObject(value, scope, share);
    default:
      return encodeStructured(value, scope, share);
  }
}

function encodeText(text: string): Outgoing {
  const length = utf8Length(text);
  if (length === text.length) return Outgoing.text(Kind.asciiText, text, length);
  // UTF-8 cannot carry half of a surrogate pair.
  if (!isWellFormed(text)) return Outgoing.text(Kind.utf16Text, text, text.length * 2);
  return Outgoing.text(Kind.utf8Text, text, length);
}

function isWellFormed(text: string): boolean {
  return (text as unknown as { isWellFormed(): boolean }).isWellFormed();
}

function encodeObject(value: object, scope: Scope, share: ShareMemory): Outgoing {
  const kind = viewKind(value);
  if (kind !== undefined) {
    return Outgoing.bytes(kind, bytesOf(value as ArrayBuffer | ArrayBufferView), true);
  }
  const record = recordOf(value);
  if (record) return Outgoing.record(record);
  if (!isJsonExact(value)) return encodeStructured(value, scope, share);
  const text = JSON.stringify(value);
  const length = utf8Length(text);
  const isAscii = length === text.length;
  return Outgoing.text(isAscii ? Kind.asciiJson : Kind.utf8Json, text, length);
}

function encodeStructured(value: unknown, scope: Scope, share: ShareMemory): Outgoing {
  const to: Destination = scope === 'threads' ? 'thread' : 'process';
  const { packed } = pack(value, to, 'value');
  const { bytes, shared } = serializeAny(packed, to);
  if (shared.length === 0) return Outgoing.bytes(Kind.structured, bytes, false);
  const keyed = new Uint8Array(bytes.length + 8);
  new DataView(keyed.buffer).setFloat64(0, share(shared));
  keyed.set(bytes, 8);
  return Outgoing.bytes(Kind.sharing, keyed, false);
}

function serializeAny(value: unknown, to: Destination): Structured {
  const standIns = new Set<object>();
  try {
    try {
      return serialize(value, standIns);
    } catch (error) {
      if (!(error instanceof SharedBufferFound)) throw error;
      return serialize(withStandIns(value, standIns), standIns);
    }
  } catch (cause) {
    throw cloneFailure(cause, value, [], 'value', to);
  }
}

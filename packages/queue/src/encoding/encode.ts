import { NotCloneableError } from '@manycore/core';
import { cloneFailure, type Destination, formatPath, packPlain } from '@manycore/core/internal';
import type { Scope } from '@manycore/memory';

import { utf8Length } from '../platform/node.js';
import { HostObjectError, serialize, type Structured } from '../platform/structured.js';
import { refuseWithin, separate, type Step } from './carriable.js';
import { hasEscapedKey, isJsonExact } from './json-exact.js';
import { Kind } from './kinds.js';
import { Outgoing } from './outgoing.js';
import { type PartsDesk, partsHeaderBytes, writePartsHeader } from './parts.js';
import { recordOf } from './record.js';
import { bytesOf, viewKind } from './kinds.js';

const constants = [Kind.undefined, Kind.null, Kind.false, Kind.true].map((kind) =>
  Outgoing.constant(kind),
) as [Outgoing, Outgoing, Outgoing, Outgoing];
const [undefinedMessage, nullMessage, falseMessage, trueMessage] = constants;

/**
 * Makes a message of a value, in the cheapest way that is exact for it. `scope` says how far it will
 * travel, and so what it may hold; `desk` takes what cannot travel within the message.
 *
 * @throws NotCloneableError naming the path of what cannot be sent, from `value` on.
 */
export function encode(value: unknown, scope: Scope, desk?: PartsDesk): Outgoing {
  return encodePlain(value) ?? encodeStructured(value, scope, desk);
}

/**
 * The same for a value that needs neither the engine's own format nor anything beside its bytes; undefined for
 * any other.
 */
export function encodePlain(value: unknown): Outgoing | undefined {
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
      return value === null ? nullMessage : encodeObject(value);
    default:
      return undefined;
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

function encodeObject(value: object): Outgoing | undefined {
  const kind = viewKind(value);
  if (kind !== undefined) {
    return Outgoing.bytes(kind, bytesOf(value as ArrayBuffer | ArrayBufferView), true);
  }
  const record = recordOf(value);
  if (record) return Outgoing.record(record);
  if (!isJsonExact(value)) return undefined;
  const text = JSON.stringify(value);
  // Almost no text has a backslash, so the keys are seldom looked at.
  if (text.includes('\\') && hasEscapedKey(value)) return undefined;
  const length = utf8Length(text);
  const isAscii = length === text.length;
  return Outgoing.text(isAscii ? Kind.asciiJson : Kind.utf8Json, text, length);
}

function encodeStructured(value: unknown, scope: Scope, desk: PartsDesk | undefined): Outgoing {
  return desk ? desk.encoding(() => structuredMessage(value, scope, desk)) : structuredMessage(value, scope);
}

function structuredMessage(value: unknown, scope: Scope, desk?: PartsDesk): Outgoing {
  const to: Destination = scope === 'threads' ? 'thread' : 'process';
  const packed = packPlain(value, to, 'value');
  const { bytes, parts } = serializeAny(packed, to);
  if (parts.length === 0) return Outgoing.bytes(Kind.structured, bytes, false);
  if (!desk) throw new NotCloneableError(`value cannot be sent to a ${to}: it holds what only threads can share`);
  const offer = desk.offer(parts);
  const headed = new Uint8Array(partsHeaderBytes + bytes.length);
  writePartsHeader(headed, offer);
  headed.set(bytes, partsHeaderBytes);
  return Outgoing.sharing(headed, offer);
}

function serializeAny(packed: unknown, to: Destination): Structured {
  const refuse = (path: readonly Step[], why: string, cause?: unknown): NotCloneableError => {
    // The value is the first item of what was packed; what belongs to its handles and errors comes after it.
    const where = formatPath('value', path[0] === 0 ? path.slice(1) : []);
    return new NotCloneableError(`${where} cannot be sent to a ${to}: it is ${why}`, { cause });
  };
  const { value, parts } = separate(packed, refuse);
  try {
    return serialize(value, parts);
  } catch (cause) {
    if (cause instanceof HostObjectError) refuseWithin(value, cause.object, refuse);
    throw cloneFailure(cause, packed, [], 'value', to);
  }
}

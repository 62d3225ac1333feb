import { NotCloneableError } from '@manycore/core';
import { cloneFailure, type Destination, formatPath, packPlain } from '@manycore/core/internal';
import type { Scope } from '@manycore/memory';

import { utf8Length } from '../platform/node.js';
import { HostObjectError, serialize, type Structured } from '../platform/structured.js';
import { refuseWithin, separate, type Step } from './carriable.js';
import { bytesOf, Kind, viewKind } from './kinds.js';
import { Outgoing } from './outgoing.js';
import { type PartsDesk, partsHeaderBytes, writePartsHeader } from './parts.js';
import { recordOf } from './record.js';

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

/** Values nested more deeply are left to the structured format, which names what is wrong with them. */
const deepest = 100;

/** Up to this many objects are compared one by one; a set costs more. */
const few = 64;

const { prototype: objectPrototype } = Object;
const { prototype: arrayPrototype } = Array;
const { getPrototypeOf, keys } = Object;

/** The objects of the value that is being looked at, to find those that it holds twice. */
const seen: (object | undefined)[] = [];
let seenCount = 0;
let seenMore: Set<object> | undefined;

/**
 * Whether JSON carries a value exactly: plain objects and dense arrays of strings, booleans, null and
 * numbers other than NaN, the infinities and −0; no object in two places; nothing undefined; no `toJSON`.
 */
export function isJsonExact(value: unknown): boolean {
  // A `toJSON` on the prototypes would change everything.
  if ('toJSON' in arrayPrototype) return false;
  const exact = isExact(value, deepest);
  for (let i = 0; i < seenCount; i += 1) seen[i] = undefined;
  seenCount = 0;
  seenMore = undefined;
  return exact;
}

function isExact(value: unknown, depth: number): boolean {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return true;
    case 'number':
      return value - value === 0 && (value !== 0 || 1 / value > 0);
    case 'object':
      return value === null || (depth > 0 && isExactObject(value, depth - 1));
    default:
      return false;
  }
}

function isExactObject(value: object, depth: number): boolean {
  const prototype: unknown = getPrototypeOf(value);
  if (prototype === objectPrototype || prototype === null) {
    if (!isNew(value)) return false;
    // One that is not enumerable, which the loop would not meet.
    if ('toJSON' in value) return false;
    const record = value as Record<string, unknown>;
    // Own and inherited: no inherited one can make a value exact that is not.
    for (const key in record) if (!isExact(record[key], depth)) return false;
    return true;
  }
  if (prototype !== arrayPrototype || !Array.isArray(value) || !isNew(value)) return false;
  // Fewer keys: holes. More: properties besides the items.
  if (keys(value).length !== value.length) return false;
  for (const item of value) if (!isExact(item, depth)) return false;
  return true;
}

/** What JSON writes by a backslash. */
const escaped = /["\\\u0000-\u001f\ud800-\udfff]/; // eslint-disable-line no-control-regex -- those are meant

/**
 * Whether an exact value has a key that JSON writes by a backslash. V8 of Node.js 24 reads some of them wrongly
 * (the key `"` as `\`), when it has met other objects before.
 */
function hasEscapedKey(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (Array.isArray(value)) return value.some(hasEscapedKey);
  return Object.entries(value).some(([key, item]) => escaped.test(key) || hasEscapedKey(item));
}

/** Whether the object is met for the first time; remembers it. */
function isNew(object: object): boolean {
  for (let i = 0; i < seenCount; i += 1) if (seen[i] === object) return false;
  if (seenCount < few) {
    seen[seenCount] = object;
    seenCount += 1;
    return true;
  }
  seenMore ??= new Set();
  if (seenMore.has(object)) return false;
  seenMore.add(object);
  return true;
}

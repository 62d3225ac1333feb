import { ProtocolError } from '../errors.js';
import { isUint8Array } from '../platform/brand-checks.js';
import { tagOf } from './object-kinds.js';

/**
 * A value on its way. `value` is what the structured clone carries. Where it held handles or errors,
 * empty objects stand in their places ("slots"), and `parts` says what each slot stands for: a clone
 * keeps the identity of objects within one message, so a slot cannot be mistaken for a value.
 */
export type Packed =
  | readonly [value: unknown, parts?: readonly Part[]]
  /** A value that is nested too deep for some receivers, as bytes. */
  | readonly [packed: Uint8Array, parts: readonly [], deep: true];

export type Part = HandlePart | ErrorPart | DomExceptionPart;

export interface HandlePart {
  readonly kind: 'handle';
  readonly slot: object;
  /** The name under which the class was registered, and the module that registers it. */
  readonly name: string;
  readonly module: string;
  readonly state: unknown;
}

export interface ErrorPart {
  readonly kind: 'error';
  readonly slot: object;
  /** The class: its module's URL, where that is known; `registered` when it is found by its name alone. */
  readonly module: string | undefined;
  readonly registered: boolean;
  readonly className: string;
  /** The nearest built-in class, used where the class cannot be had. */
  readonly base: string;
  readonly name: string;
  /** Own properties that are not enumerable: message, stack, cause, errors, as far as they exist. */
  readonly hidden: Readonly<Record<string, unknown>>;
  /** Own enumerable properties: code, errno, … */
  readonly visible: Readonly<Record<string, unknown>>;
}

export interface DomExceptionPart {
  readonly kind: 'domException';
  readonly slot: object;
  readonly name: string;
  readonly message: string;
  readonly stack: string | undefined;
  readonly cause: readonly [unknown] | undefined;
}

/** Sets a property of an object also when it is called `__proto__`. */
export function define(object: object, key: string, value: unknown): void {
  Object.defineProperty(object, key, {
    value,
    configurable: true,
    enumerable: true,
    writable: true,
  });
}

/** Sets a property that is not enumerable, as those of an error are. */
export function defineHidden(object: object, key: string, value: unknown): void {
  Object.defineProperty(object, key, { value, configurable: true, writable: true, enumerable: false });
}

/**
 * Verifies that what arrived as a packed value is one. It may come from a worker that lies, so each field is
 * checked before it is used.
 *
 * @throws ProtocolError
 */
export function checkPacked(packed: unknown): asserts packed is Packed {
  if (!Array.isArray(packed) || packed.length < 1 || packed.length > 3) refuse('it is no packed value');
  if (packed.length === 3 && !(packed[2] === true && isUint8Array(packed[0]))) {
    refuse('it is neither a packed value nor its bytes');
  }
  const parts: unknown = packed[1];
  if (parts === undefined) return;
  if (!Array.isArray(parts)) refuse('its parts are no list');
  const slots = new Set<unknown>();
  // By index: the first hole is refused, however many there are.
  for (let i = 0; i < parts.length; i += 1) {
    const part: unknown = parts[i];
    if (!isPart(part) || slots.has(part.slot)) refuse(`its part ${i} is not well formed`);
    slots.add(part.slot);
  }
}

function refuse(why: string): never {
  throw new ProtocolError(
    `a message arrived whose value cannot be used: ${why}. Code in the thread or process that sent it ` +
      'uses the channel of manycore, or runs another version of it',
  );
}

function isPart(part: unknown): part is Part {
  if (!isObject(part) || !isObject(part['slot'])) return false;
  switch (part['kind']) {
    case 'handle':
      return areTexts(part, 'name', 'module');
    case 'error':
      return (
        areTexts(part, 'className', 'base', 'name') &&
        (part['module'] === undefined || areTexts(part, 'module')) &&
        isPlain(part['hidden']) &&
        isPlain(part['visible'])
      );
    case 'domException':
      return (
        areTexts(part, 'name', 'message') &&
        (part['cause'] === undefined || (Array.isArray(part['cause']) && part['cause'].length === 1))
      );
    default:
      return false;
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

/** Excludes binary data, in which each byte would be a property. */
function isPlain(value: unknown): boolean {
  return isObject(value) && tagOf(value) === 'Object' && !ArrayBuffer.isView(value);
}

function areTexts(part: Readonly<Record<string, unknown>>, ...keys: string[]): boolean {
  return keys.every((key) => typeof part[key] === 'string');
}

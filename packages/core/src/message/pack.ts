import type { Destination, Transferable } from '../endpoint/endpoint.js';
import { isError, isMap, isSet } from '../platform/brand-checks.js';
import { serialize } from '../platform/node.js';
import { BinaryCopies } from './binary-copies.js';
import { cloneFailure, readFailure } from './clone-failure.js';
import { errorClass } from './error-parts.js';
import { type HandleType, handleTypeOf } from './handle.js';
import { type Mark, restoreMarks } from './move.js';
import { isLeaf } from './object-kinds.js';
import { define, type DomExceptionPart, type ErrorPart, type Packed, type Part } from './packed.js';
import { type Scan, scan } from './scan.js';

/** A packed value and what must be transferred with it. */
export interface Parcel {
  readonly packed: Packed;
  /** What `move` marked, and copies of large buffers. */
  readonly transfer: Transferable[];
  /** The marks of `move` that were removed: `restoreMarks` is for a parcel that is not sent. */
  readonly marks: readonly Mark[];
}

/**
 * Makes a value ready to cross: `packed` can be posted or serialised (v8), and `unpack` gives the value
 * back on the other side, handles as handles and errors as errors. `root` names the value in errors.
 * The value itself is left as it is. `transferred` lists what the caller transfers besides.
 *
 * @throws NotCloneableError naming the path of what cannot cross.
 */
export function pack(
  value: unknown,
  to: Destination,
  root: string,
  transferred: readonly Transferable[] = [],
): Parcel {
  const scanned = scan(value, root, to, transferred);
  const { transfer, marks, depth } = scanned;
  // Of deep values each copy needs stack.
  const copies = to === 'thread' && scanned.large && depth <= plainDepth && new BinaryCopies(transfer, transferred);
  const packed = packScanned(value, to, root, scanned, copies || undefined);
  return { packed: to === 'process' && depth > plainDepth ? asBytes(packed, root) : packed, transfer, marks };
}

/**
 * `pack` for a channel that serialises its messages, and whose receiver catches the errors of deserialising
 * them.
 */
export function packPlain(value: unknown, to: Destination, root: string): Packed {
  return packScanned(value, to, root, scan(value, root, to), undefined);
}

function packScanned(
  value: unknown,
  to: Destination,
  root: string,
  { special, transfer, marks }: Scan,
  copies: BinaryCopies | undefined,
): Packed {
  if (!special && !copies) return [value];
  const packer = new Packer(to, root, transfer, copies);
  try {
    const copy = packer.copy(value);
    return special ? [copy, packer.parts] : [copy];
  } catch (error) {
    restoreMarks(marks);
    // A getter or a proxy may behave differently from when the value was scanned.
    throw readFailure(root, to, error);
  }
}

/** The nesting depth for which every receiver has enough stack. */
const plainDepth = 200;

/**
 * Node deserialises what comes over an IPC channel where errors cannot be caught: they would end the
 * receiver. So a value that may be too deep for it is sent as bytes, which `unpack` deserialises.
 */
function asBytes(packed: Packed, root: string): Packed {
  try {
    return [serialize(packed), [], true];
  } catch (cause) {
    throw cloneFailure(cause, packed, [], root, 'process');
  }
}

/** Copies a value with slots in place of handles and errors, and copies of large buffers; shared and cyclic references stay so. */
class Packer {
  readonly parts: Part[] = [];
  readonly #copies = new Map<object, object>();
  readonly #to: Destination;
  readonly #root: string;
  readonly #transfer: Transferable[];
  readonly #binary: BinaryCopies | undefined;

  constructor(to: Destination, root: string, transfer: Transferable[], binary: BinaryCopies | undefined) {
    this.#to = to;
    this.#root = root;
    this.#transfer = transfer;
    this.#binary = binary;
  }

  copy(value: unknown): unknown {
    if (typeof value !== 'object' || value === null) return value;
    const known = this.#copies.get(value);
    if (known) return known;
    const type = handleTypeOf(value);
    if (type) return this.#handle(value, type);
    if (value instanceof DOMException) return this.#domException(value);
    if (isError(value)) return this.#error(value);
    if (Array.isArray(value)) return this.#array(value);
    if (isMap(value)) {
      const copy = new Map<unknown, unknown>();
      this.#copies.set(value, copy);
      for (const [key, item] of value) copy.set(this.copy(key), this.copy(item));
      return copy;
    }
    if (isSet(value)) {
      const copy = new Set<unknown>();
      this.#copies.set(value, copy);
      for (const item of value) copy.add(this.copy(item));
      return copy;
    }
    if (isLeaf(value)) return this.#leaf(value);
    const copy: Record<string, unknown> = {};
    this.#copies.set(value, copy);
    for (const [key, item] of Object.entries(value)) define(copy, key, this.copy(item));
    return copy;
  }

  #leaf(value: object): object {
    const copy = this.#binary?.copy(value) ?? value;
    if (copy !== value) this.#copies.set(value, copy);
    return copy;
  }

  /** Holes stay holes, and properties beside the items are copied too. */
  #array(items: readonly unknown[]): unknown[] {
    const copy: unknown[] = [];
    this.#copies.set(items, copy);
    const { length } = items;
    const keys = Object.keys(items);
    const isDense = keys.length >= length && (length === 0 || keys[length - 1] === String(length - 1));
    if (isDense) for (const item of items) copy.push(this.copy(item));
    else copy.length = length;
    for (const key of isDense ? keys.slice(length) : keys) {
      define(copy, key, this.copy((items as unknown as Record<string, unknown>)[key]));
    }
    return copy;
  }

  #slotFor(value: object): object {
    const slot = {};
    this.#copies.set(value, slot);
    return slot;
  }

  #handle(handle: object, type: HandleType): object {
    const slot = this.#slotFor(handle);
    const detached = type.detach(handle, this.#to);
    // The state may hold handles of its own, which is why it is scanned and copied like any value.
    const { transfer } = scan(detached, type.name, this.#to);
    this.#transfer.push(...transfer);
    const state = this.copy(detached);
    this.parts.push({ kind: 'handle', slot, name: type.name, module: type.module, state });
    return slot;
  }

  #error(error: Error): object {
    const slot = this.#slotFor(error);
    const hidden: Record<string, unknown> = {};
    const visible: Record<string, unknown> = {};
    for (const key of propertyNames(error)) this.#property(error, key, hidden, visible);
    const part: ErrorPart = { kind: 'error', slot, ...errorClass(error), hidden, visible };
    this.parts.push(part);
    return slot;
  }

  /** An error must arrive: properties that cannot be sent or read are left out. */
  #property(
    error: Error,
    key: string,
    hidden: Record<string, unknown>,
    visible: Record<string, unknown>,
  ): void {
    try {
      const isVisible = Object.getOwnPropertyDescriptor(error, key)?.enumerable === true;
      const value: unknown = (error as unknown as Record<string, unknown>)[key];
      const items = key === 'errors' && Array.isArray(value) ? this.#orRefusals(value) : value;
      const { transfer } = scan(items, `${this.#root}.${key}`, this.#to);
      this.#transfer.push(...transfer);
      define(isVisible ? visible : hidden, key, this.copy(items));
    } catch {
      // Left out.
    }
  }

  /** An AggregateError's errors: one that cannot be sent is replaced by the refusal. */
  #orRefusals(items: readonly unknown[]): unknown[] {
    const sendable: unknown[] = [];
    for (const key of Object.keys(items)) {
      let item: unknown;
      try {
        item = (items as unknown as Record<string, unknown>)[key];
        scan(item, `${this.#root}.errors`, this.#to);
      } catch (refusal) {
        item = refusal;
      }
      sendable.push(item);
    }
    return sendable;
  }

  #domException(exception: DOMException): object {
    const slot = this.#slotFor(exception);
    const own: { cause?: unknown } = {};
    if (exception.cause !== undefined) this.#property(exception, 'cause', own, own);
    const { name, message, stack } = exception;
    const cause = 'cause' in own ? ([own.cause] as const) : undefined;
    const part: DomExceptionPart = { kind: 'domException', slot, name, message, stack, cause };
    this.parts.push(part);
    return slot;
  }
}

/** The names of an error's own properties; none for a proxy whose traps throw. */
function propertyNames(error: Error): string[] {
  try {
    return Object.getOwnPropertyNames(error);
  } catch {
    return [];
  }
}

import type { Destination, Transferable } from '../endpoint/endpoint.js';
import { errorClass } from './error-class.js';
import { type HandleType, handleTypeOf } from './handle.js';
import { isLeaf } from './object-kinds.js';
import type { DomExceptionPart, ErrorPart, Packed, Part } from './packed.js';
import { scan } from './scan.js';

/** A packed value and what must be transferred with it. */
export interface Parcel {
  readonly packed: Packed;
  readonly transfer: Transferable[];
}

/**
 * Makes a value ready to cross: `packed` can be posted or serialised (v8), and `unpack` gives the value
 * back on the other side, handles as handles and errors as errors. `root` names the value in errors.
 * The value itself is left as it is. `handedOver` lists what the caller transfers besides.
 *
 * @throws NotCloneableError naming the path of what cannot cross.
 */
export function pack(
  value: unknown,
  to: Destination,
  root: string,
  handedOver: readonly Transferable[] = [],
): Parcel {
  const { special, transfer } = scan(value, root, to, handedOver);
  if (!special) return { packed: [value], transfer };
  const packer = new Packer(to, root, transfer);
  const copy = packer.copy(value);
  return { packed: [copy, packer.parts], transfer };
}

/** Copies a value with slots in place of handles and errors; shared and cyclic references stay so. */
class Packer {
  readonly parts: Part[] = [];
  readonly #copies = new Map<object, object>();
  readonly #to: Destination;
  readonly #root: string;
  readonly #transfer: Transferable[];

  constructor(to: Destination, root: string, transfer: Transferable[]) {
    this.#to = to;
    this.#root = root;
    this.#transfer = transfer;
  }

  copy(value: unknown): unknown {
    if (typeof value !== 'object' || value === null) return value;
    const known = this.#copies.get(value);
    if (known) return known;
    const type = handleTypeOf(value);
    if (type) return this.#handle(value, type);
    if (value instanceof DOMException) return this.#domException(value);
    if (value instanceof Error) return this.#error(value);
    if (Array.isArray(value)) {
      const copy: unknown[] = new Array<unknown>(value.length);
      this.#copies.set(value, copy);
      // Holes stay holes, and properties beside the items go along.
      for (const [key, item] of Object.entries(value)) define(copy, key, this.copy(item));
      return copy;
    }
    if (value instanceof Map) {
      const copy = new Map<unknown, unknown>();
      this.#copies.set(value, copy);
      for (const [key, item] of value) copy.set(this.copy(key), this.copy(item));
      return copy;
    }
    if (value instanceof Set) {
      const copy = new Set<unknown>();
      this.#copies.set(value, copy);
      for (const item of value) copy.add(this.copy(item));
      return copy;
    }
    if (isLeaf(value)) return value;
    const copy: Record<string, unknown> = {};
    this.#copies.set(value, copy);
    for (const [key, item] of Object.entries(value)) define(copy, key, this.copy(item));
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
    for (const key of Object.getOwnPropertyNames(error)) {
      const own = Object.getOwnPropertyDescriptor(error, key);
      this.#property(error, key, own?.enumerable === true ? visible : hidden);
    }
    const part: ErrorPart = { kind: 'error', slot, ...errorClass(error), hidden, visible };
    this.parts.push(part);
    return slot;
  }

  /** An error must arrive: what it carries that cannot cross stays behind, and so does what cannot be read. */
  #property(error: Error, key: string, into: Record<string, unknown>): void {
    try {
      const value: unknown = (error as unknown as Record<string, unknown>)[key];
      const isList = key === 'errors' && Array.isArray(value);
      const items = isList ? value.map((item: unknown) => this.#orRefusal(item)) : value;
      const { transfer } = scan(items, `${this.#root}.${key}`, this.#to);
      this.#transfer.push(...transfer);
      define(into, key, this.copy(items));
    } catch {
      // Left behind.
    }
  }

  /** One of an AggregateError's errors: that it cannot cross stands in the place of one that cannot. */
  #orRefusal(item: unknown): unknown {
    try {
      scan(item, `${this.#root}.errors`, this.#to);
      return item;
    } catch (refusal) {
      return refusal;
    }
  }

  #domException(exception: DOMException): object {
    const slot = this.#slotFor(exception);
    const own: { cause?: unknown } = {};
    if (exception.cause !== undefined) this.#property(exception, 'cause', own);
    const { name, message, stack } = exception;
    const cause = 'cause' in own ? ([own.cause] as const) : undefined;
    const part: DomExceptionPart = { kind: 'domException', slot, name, message, stack, cause };
    this.parts.push(part);
    return slot;
  }
}

/** Sets a property also when it is called `__proto__`. */
function define(object: object, key: string, value: unknown): void {
  Object.defineProperty(object, key, {
    value,
    configurable: true,
    enumerable: true,
    writable: true,
  });
}

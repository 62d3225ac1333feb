import type { NotCloneableError } from '@manycore/core';
import { isError, isMap, isSet } from '@manycore/core/internal';

import { hasParts } from '../platform/structured.js';
import { isShared } from './kinds.js';

/** A step from a value to a part of it: an index, a property, or a description in angle brackets. */
export type Step = string | number;

/** A part that bytes cannot carry, and what stands in its place. */
export interface Placeholders {
  /** The value, or a copy of its containers with placeholders. */
  readonly value: unknown;
  /** By placeholder. Empty when the value is as it was. */
  readonly parts: ReadonlyMap<object, object>;
}

const { getPrototypeOf, keys, prototype: objectPrototype } = Object;

/** The platform's own, which not every set of types has. */
const { Memory, Module } = (
  globalThis as unknown as {
    WebAssembly: {
      Module: new (bytes: Uint8Array) => object;
      Memory: new (descriptor: object) => { readonly buffer: ArrayBufferLike };
    };
  }
).WebAssembly;

/**
 * Values nested more deeply are refused: the thread that takes one may have less stack than this one, and could
 * not read it.
 */
const deepest = 1000;

/** So many holes are passed over one by one before the items that are there are listed. */
const fewHoles = 64;

/** Values of these classes go as they are. */
const plainTags: ReadonlySet<string> = new Set([
  '[object ArrayBuffer]',
  '[object BigInt]',
  '[object Boolean]',
  '[object Date]',
  '[object Error]',
  '[object Number]',
  '[object RegExp]',
  '[object String]',
]);

/** What the platform clones for a message to one thread, and no queue can keep, by its tag. */
const refusedTags: ReadonlyMap<string, string> = new Map([
  ['[object Blob]', 'a Blob: send its bytes (await blob.arrayBuffer())'],
  ['[object CryptoKey]', 'a CryptoKey: export it and send that'],
  ['[object File]', 'a File: send its bytes (await file.arrayBuffer())'],
  ['[object KeyObject]', 'a KeyObject: export it and send that'],
  ['[object ReadableStream]', 'a ReadableStream'],
  ['[object TransformStream]', 'a TransformStream'],
  ['[object WritableStream]', 'a WritableStream'],
]);

/** Prototypes of classes of which it is known that their objects arrive with their properties, like plain ones. */
const plainPrototypes = new WeakSet();

type Refuse = (path: readonly Step[], why: string, cause?: unknown) => NotCloneableError;

/**
 * Looks through a value for what the engine's format cannot carry. Parts that can pass beside the queue get
 * placeholders; what cannot be sent at all is refused, because the engine would take some of it for an empty
 * object, and the receiver would find nothing.
 *
 * @throws NotCloneableError, made by `refuse`.
 */
export function separate(value: unknown, refuse: Refuse): Placeholders {
  const parts = new Map<object, object>();
  if (new Look(refuse).finds(value)) return { value: withPlaceholders(value, parts), parts };
  return { value, parts };
}

/** `[object Tag]`. */
function tagOf(object: object): string {
  return objectPrototype.toString.call(object);
}

/** Refuses an object of the platform of which only the engine has found out that it cannot be carried. */
export function refuseWithin(value: unknown, object: object, refuse: Refuse): void {
  new Look(refuse, object).finds(value);
}

/** Whether an object is a part that passes beside a queue. */
function isPart(object: object): boolean {
  switch (tagOf(object)) {
    case '[object SharedArrayBuffer]':
      return isShared(object as ArrayBufferLike);
    case '[object WebAssembly.Module]':
      return object instanceof Module;
    case '[object WebAssembly.Memory]':
      return object instanceof Memory && isShared(object.buffer);
    default:
      return false;
  }
}

class Look {
  readonly #refuse: Refuse;
  /** What is to be refused though it looks like any object. */
  readonly #suspect: object | undefined;
  readonly #path: Step[] = [];
  readonly #seen = new Set<object>();
  #found = false;

  constructor(refuse: Refuse, suspect?: object) {
    this.#refuse = refuse;
    this.#suspect = suspect;
  }

  /** Whether there are parts. */
  finds(value: unknown): boolean {
    this.#visit(value);
    return this.#found;
  }

  #visit(item: unknown): void {
    if (typeof item !== 'object' || item === null || this.#seen.has(item)) return;
    this.#seen.add(item);
    if (item === this.#suspect) throw this.#refuse(this.#path, 'an object of the platform');
    if (Array.isArray(item)) {
      this.#visitItems(item);
      return;
    }
    const prototype: unknown = getPrototypeOf(item);
    if (prototype === objectPrototype || prototype === null) {
      this.#visitProperties(item);
      return;
    }
    this.#visitInstance(item, prototype as object);
  }

  #visitInstance(item: object, prototype: object): void {
    if (ArrayBuffer.isView(item)) {
      if (!hasParts && isShared(item.buffer)) this.#refusePart();
      return;
    }
    const tag = tagOf(item);
    if (plainTags.has(tag)) return;
    if (isPart(item)) {
      if (!hasParts) this.#refusePart();
      this.#found = true;
    } else if (isMap(item)) {
      for (const [key, entry] of item) {
        if (isObject(key)) this.#visitAt('<key object>', key);
        if (isObject(entry)) this.#visitAt(`<${describeKey(key)}>`, entry);
      }
    } else if (isSet(item)) {
      let place = 0;
      for (const entry of item) {
        if (isObject(entry)) this.#visitAt(`<item ${place}>`, entry);
        place += 1;
      }
    } else {
      const why = refusedTags.get(tag);
      if (why !== undefined) throw this.#refuse(this.#path, why);
      this.#visitProperties(item);
      this.#checkClass(item, prototype);
    }
  }

  #refusePart(): never {
    throw this.#refuse(
      this.#path,
      'memory that threads share, or a handle, which no queue carries in Bun: pass it as an argument',
    );
  }

  /**
   * Objects of the program's own classes are cloned like plain ones. What the platform clones into an object
   * of the same class again has its contents elsewhere, and the engine would take it for an empty object.
   */
  #checkClass(item: object, prototype: object): void {
    if (plainPrototypes.has(prototype)) return;
    let clone: object;
    try {
      clone = structuredClone(item);
    } catch (cause) {
      throw this.#refuse(this.#path, isError(cause) ? cause.message : String(cause), cause);
    }
    // Of the realm that clones, which in a test runner's context is another one.
    if (getPrototypeOf(clone) !== getPrototypeOf(structuredClone({}))) {
      throw this.#refuse(this.#path, `${article(item)}, which a queue cannot carry`);
    }
    plainPrototypes.add(prototype);
  }

  #visitItems(items: readonly unknown[]): void {
    let holes = 0;
    for (let place = 0; place < items.length; place += 1) {
      const item = items[place];
      if (item === undefined && !(place in items)) holes += 1;
      else this.#visitAt(place, item);
      if (holes > fewHoles && holes * 2 > place) {
        this.#visitProperties(items);
        return;
      }
    }
  }

  #visitProperties(object: object): void {
    const isList = Array.isArray(object);
    for (const key of keys(object)) {
      const step = isList && /^\d+$/.test(key) ? Number(key) : key;
      this.#visitAt(step, (object as Record<string, unknown>)[key]);
    }
  }

  #visitAt(key: Step, item: unknown): void {
    if (!isObject(item)) return;
    this.#path.push(key);
    if (this.#path.length > deepest) {
      throw this.#refuse(this.#path.slice(0, 1), `nested more than ${deepest} levels deep`);
    }
    this.#visit(item);
    this.#path.pop();
  }
}

function isObject(item: unknown): item is object {
  return typeof item === 'object' && item !== null;
}

function describeKey(key: unknown): string {
  if (typeof key === 'string') return JSON.stringify(key);
  return typeof key === 'number' || typeof key === 'bigint' ? key.toString() : typeof key;
}

function article(item: object): string {
  const name: unknown = (item.constructor as { name?: unknown } | undefined)?.name;
  return typeof name === 'string' && name !== '' ? `a ${name}` : 'an object of the platform';
}

/** A copy with placeholders in the places of parts. Only containers are copied; references in several places stay so. */
function withPlaceholders(value: unknown, parts: Map<object, object>): unknown {
  const copies = new Map<object, object>();

  const copy = (item: unknown): unknown => {
    if (typeof item !== 'object' || item === null) return item;
    const known = copies.get(item);
    if (known) return known;
    if (isPart(item)) {
      // The engine gives every view to the serializer, which knows this one.
      const placeholder = new DataView(new ArrayBuffer(0));
      copies.set(item, placeholder);
      parts.set(placeholder, item);
      return placeholder;
    }
    if (Array.isArray(item)) {
      const items: unknown[] = [];
      items.length = item.length;
      return copyInto(item, items);
    }
    if (isMap(item)) {
      const map = new Map<unknown, unknown>();
      copies.set(item, map);
      for (const [key, entry] of item) map.set(copy(key), copy(entry));
      return map;
    }
    if (isSet(item)) {
      const set = new Set<unknown>();
      copies.set(item, set);
      for (const entry of item) set.add(copy(entry));
      return set;
    }
    if (ArrayBuffer.isView(item) || plainTags.has(tagOf(item))) return item;
    return copyInto(item, {});
  };

  const copyInto = (from: object, to: object): object => {
    copies.set(from, to);
    for (const key of keys(from)) {
      const own = {
        value: copy((from as Record<string, unknown>)[key]),
        configurable: true,
        enumerable: true,
        writable: true,
      };
      Object.defineProperty(to, key, own);
    }
    return to;
  };

  return copy(value);
}

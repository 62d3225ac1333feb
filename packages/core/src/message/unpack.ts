import { ManycoreError } from '../errors/manycore-error.js';
import { loadModule } from '../platform/modules.js';
import { hide, loadErrorClass, revivedError } from './error-class.js';
import { findHandleType } from './handle.js';
import { isLeaf } from './object-kinds.js';
import type { DomExceptionPart, ErrorPart, HandlePart, Packed, Part } from './packed.js';

/**
 * The value that was packed. Imports the modules of handles and error classes that are not loaded yet,
 * which is why it is async; `unpackSync` does without.
 */
export async function unpack(packed: Packed): Promise<unknown> {
  const [value, parts] = packed;
  if (!parts) return value;
  for (const part of parts) {
    if (part.kind === 'handle') {
      if (!findHandleType(part.name)) await loadHandleType(part);
      // Handles within its state are still slots there.
      await findHandleType(part.name)?.prepare?.(part.state);
    }
    if (part.kind === 'error') await loadErrorClass(part);
  }
  return new Reviver(parts).revive(value);
}

/**
 * The value that was packed, at once. The modules of its handles must be loaded; an error whose class
 * was not met before arrives as the nearest built-in class with its name.
 */
export function unpackSync(packed: Packed): unknown {
  const [value, parts] = packed;
  return parts ? new Reviver(parts).revive(value) : value;
}

async function loadHandleType({ name, module }: HandlePart): Promise<void> {
  try {
    await loadModule(module);
  } catch (cause) {
    throw new ManycoreError(
      'MANYCORE_UNKNOWN_HANDLE',
      `a ${name} arrived, but ${module} that defines it cannot be loaded here: ${String(cause)}`,
      { cause },
    );
  }
}

/** Puts what the parts stand for in the places of their slots, within the message that arrived. */
class Reviver {
  readonly #parts: ReadonlyMap<object, Part>;
  readonly #revived = new Map<object, object>();
  readonly #walked = new Set<object>();

  constructor(parts: readonly Part[]) {
    this.#parts = new Map(parts.map((part) => [part.slot, part]));
  }

  revive(value: unknown): unknown {
    if (typeof value !== 'object' || value === null) return value;
    const part = this.#parts.get(value);
    if (part) return this.#revived.get(value) ?? this.#make(part);
    if (this.#walked.has(value) || isLeaf(value)) return value;
    this.#walked.add(value);
    if (value instanceof Map) {
      const entries = [...value];
      value.clear();
      for (const [key, item] of entries) value.set(this.revive(key), this.revive(item));
    } else if (value instanceof Set) {
      const items = [...value];
      value.clear();
      for (const item of items) value.add(this.revive(item));
    } else {
      const object = value as Record<string, unknown>;
      for (const key of Object.keys(object)) {
        const item = object[key];
        const revived = this.revive(item);
        if (revived !== item) object[key] = revived;
      }
    }
    return value;
  }

  #make(part: Part): object {
    switch (part.kind) {
      case 'handle':
        return this.#handle(part);
      case 'error':
        return this.#error(part);
      case 'domException':
        return this.#domException(part);
    }
  }

  #handle(part: HandlePart): object {
    const type = findHandleType(part.name);
    if (!type) {
      throw new ManycoreError(
        'MANYCORE_UNKNOWN_HANDLE',
        `a ${part.name} arrived, but ${part.module} that defines it is not loaded here; import it first`,
      );
    }
    const handle = type.attach(this.revive(part.state));
    this.#revived.set(part.slot, handle);
    return handle;
  }

  #error(part: ErrorPart): Error {
    const error = revivedError(part);
    // Known before its properties are revived: a cause may lead back to the error itself.
    this.#revived.set(part.slot, error);
    for (const [key, value] of Object.entries(part.hidden)) hide(error, key, this.revive(value));
    for (const [key, value] of Object.entries(part.visible)) {
      Object.defineProperty(error, key, {
        value: this.revive(value),
        configurable: true,
        enumerable: true,
        writable: true,
      });
    }
    return error;
  }

  #domException(part: DomExceptionPart): DOMException {
    const exception = new DOMException(part.message, part.name);
    this.#revived.set(part.slot, exception);
    hide(exception, 'stack', part.stack);
    if (part.cause) hide(exception, 'cause', this.revive(part.cause[0]));
    return exception;
  }
}

import { runtime } from '@manycore/core/internal';
import { Deserializer, deserialize as readWhole, Serializer, serialize as writeWhole } from 'node:v8';

import type { Parts } from '../encoding/parts.js';
import { bytesOf, isShared, makeView, viewNumber } from '../encoding/kinds.js';

/** A value as bytes, and what it holds that bytes cannot carry. */
export interface Structured {
  readonly bytes: Uint8Array;
  readonly parts: Parts;
}

/** The value holds an object of the platform that the engine's format has no place for. */
export class HostObjectError extends TypeError {
  readonly object: object;

  constructor(object: object) {
    super('an object of the platform cannot be cloned');
    this.object = object;
  }
}

/** Whether parts of a value can go beside its bytes: not in Bun, which has no `Serializer` of its own to extend. */
export const hasParts: boolean = runtime !== 'bun';

/** Added to the number of a class of binary data whose memory is shared. */
const sharedBit = 64;
/** In the place of such a number: a part itself. */
const wholePart = 128;

/**
 * The engine's serializer. Views travel as the bytes that they show, not with the whole buffer behind
 * them, and arrive over buffers of their own; those of shared memory arrive over the same memory.
 */
class StructuredSerializer extends Serializer {
  readonly parts: object[] = [];
  readonly #placeholders: ReadonlyMap<object, object>;

  constructor(placeholders: ReadonlyMap<object, object>) {
    super();
    this.#placeholders = placeholders;
    (
      this as unknown as { _setTreatArrayBufferViewsAsHostObjects(on: boolean): void }
    )._setTreatArrayBufferViewsAsHostObjects(true);
  }

  /** The engine calls it for what it does not know. */
  _writeHostObject(object: object): void {
    const part = this.#placeholders.get(object);
    if (part) {
      this.writeUint32(wholePart);
      this.writeUint32(this.#idOf(part));
      return;
    }
    const number = ArrayBuffer.isView(object) ? viewNumber(object) : undefined;
    if (!ArrayBuffer.isView(object) || number === undefined) {
      throw new HostObjectError(object);
    }
    const { buffer, byteOffset, byteLength } = object;
    if (isShared(buffer)) {
      this.writeUint32(number | sharedBit);
      this.writeUint32(this.#idOf(buffer));
      this.writeDouble(byteOffset);
      this.writeDouble(byteLength);
      return;
    }
    // First: it throws when the memory was transferred away.
    const bytes = bytesOf(object);
    this.writeUint32(number);
    this.writeDouble(byteLength);
    this.writeRawBytes(bytes);
  }

  #idOf(part: object): number {
    const known = this.parts.indexOf(part);
    return known >= 0 ? known : this.parts.push(part) - 1;
  }
}

class StructuredDeserializer extends Deserializer {
  readonly #parts: Parts;

  constructor(bytes: Uint8Array, parts: Parts) {
    super(bytes);
    this.#parts = parts;
  }

  _readHostObject(): object {
    const number = this.readUint32();
    if (number === wholePart) return this.#part();
    if ((number & sharedBit) !== 0) {
      const buffer = this.#part();
      const byteOffset = this.readDouble();
      const byteLength = this.readDouble();
      if (!isShared(buffer as ArrayBufferLike)) throw new RangeError('a part of another kind');
      return makeView(number - sharedBit, buffer as SharedArrayBuffer, byteOffset, byteLength);
    }
    const byteLength = this.readDouble();
    // Before memory is made for them: this throws when there are not so many.
    const bytes = this.readRawBytes(byteLength);
    const copy = new Uint8Array(byteLength);
    copy.set(bytes);
    return makeView(number, copy.buffer, 0, byteLength);
  }

  #part(): object {
    const part = this.#parts[this.readUint32()];
    if (!part) throw new RangeError('a part that was not sent');
    return part;
  }
}

/**
 * Makes bytes of a value. `placeholders` has the views in it that stand for parts.
 *
 * @throws what the engine says of a value that it cannot clone.
 */
export function serialize(value: unknown, placeholders: ReadonlyMap<object, object>): Structured {
  if (!hasParts) return { bytes: writeWhole(value), parts: [] };
  const serializer = new StructuredSerializer(placeholders);
  serializer.writeHeader();
  serializer.writeValue(value);
  return { bytes: serializer.releaseBuffer(), parts: serializer.parts };
}

/** The value; it may alias `bytes`, which must not change any more. */
export function deserialize(bytes: Uint8Array, parts: Parts): unknown {
  if (!hasParts) return readWhole(bytes);
  const deserializer = new StructuredDeserializer(bytes, parts);
  deserializer.readHeader();
  return deserializer.readValue();
}

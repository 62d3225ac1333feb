import { Deserializer, Serializer } from 'node:v8';

import { bytesOf, isShared, makeView, viewNumber } from '../encoding/views.js';

/** A value as bytes, and the shared memory that it holds, which bytes cannot carry. */
export interface Structured {
  readonly bytes: Uint8Array;
  readonly shared: readonly SharedArrayBuffer[];
}

/** Added to the number of a class of binary data whose memory is shared. */
const sharedBit = 64;

/**
 * The engine's serializer. Views travel as the bytes that they show, not with the whole buffer behind
 * them, and arrive over buffers of their own; those of shared memory arrive over the same memory.
 */
class StructuredSerializer extends Serializer {
  readonly shared: SharedArrayBuffer[] = [];
  readonly #standIns: ReadonlySet<object>;

  constructor(standIns: ReadonlySet<object>) {
    super();
    this.#standIns = standIns;
    (
      this as unknown as { _setTreatArrayBufferViewsAsHostObjects(on: boolean): void }
    )._setTreatArrayBufferViewsAsHostObjects(true);
  }

  /** The engine calls it for what it does not know. */
  _writeHostObject(object: object): void {
    const number = ArrayBuffer.isView(object) ? viewNumber(object) : undefined;
    if (!ArrayBuffer.isView(object) || number === undefined) {
      throw new TypeError(`${object.constructor.name} cannot be cloned`);
    }
    const { buffer, byteOffset, byteLength } = object;
    if (isShared(buffer)) {
      this.writeUint32((this.#standIns.has(object) ? 0 : number) | sharedBit);
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

  /** And this one for shared buffers that no view stands in for. */
  _getSharedArrayBufferId(): number {
    throw new SharedBufferFound();
  }

  #idOf(buffer: SharedArrayBuffer): number {
    const known = this.shared.indexOf(buffer);
    return known >= 0 ? known : this.shared.push(buffer) - 1;
  }
}

class StructuredDeserializer extends Deserializer {
  readonly #shared: readonly SharedArrayBuffer[];

  constructor(bytes: Uint8Array, shared: readonly SharedArrayBuffer[]) {
    super(bytes);
    this.#shared = shared;
  }

  _readHostObject(): object {
    const number = this.readUint32();
    if ((number & sharedBit) !== 0) {
      const buffer = this.#shared[this.readUint32()];
      const byteOffset = this.readDouble();
      const byteLength = this.readDouble();
      if (!buffer) throw new RangeError('shared memory that was not sent');
      return makeView(number - sharedBit, buffer, byteOffset, byteLength);
    }
    const byteLength = this.readDouble();
    const copy = new Uint8Array(byteLength);
    copy.set(this.readRawBytes(byteLength));
    return makeView(number, copy.buffer, 0, byteLength);
  }
}

/** Internal: the value holds a shared buffer itself, which the engine's format has no place for. */
export class SharedBufferFound extends Error {}

/**
 * Makes bytes of a value. `standIns` are the views in it that stand for the shared buffers behind them.
 *
 * @throws SharedBufferFound, and other errors for what the engine cannot clone.
 */
export function serialize(value: unknown, standIns: ReadonlySet<object>): Structured {
  const serializer = new StructuredSerializer(standIns);
  serializer.writeHeader();
  serializer.writeValue(value);
  return { bytes: serializer.releaseBuffer(), shared: serializer.shared };
}

/** The value; it may alias `bytes`, which must not change any more. */
export function deserialize(bytes: Uint8Array, shared: readonly SharedArrayBuffer[]): unknown {
  const deserializer = new StructuredDeserializer(bytes, shared);
  deserializer.readHeader();
  return deserializer.readValue();
}

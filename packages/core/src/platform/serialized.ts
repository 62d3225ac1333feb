/**
 * A value as bytes, in the engine's own format. Memory that is shared cannot be in it.
 *
 * @throws what the engine says when it cannot clone the value.
 */
export function serialize(value: unknown): Uint8Array {
  return process.getBuiltinModule('node:v8').serialize(value);
}

/** @throws when the bytes are no value, or one that is nested deeper than the stack here allows. */
export function deserialize(bytes: Uint8Array): unknown {
  return process.getBuiltinModule('node:v8').deserialize(bytes);
}

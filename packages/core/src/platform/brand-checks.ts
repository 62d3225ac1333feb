/**
 * What an object is, in whatever realm it was made: test runners run each file in a `vm` context, whose classes are
 * not those of the messages that arrive, and `instanceof` tells these apart.
 */
const { types } = process.getBuiltinModule('node:util');

export const isMap: (value: unknown) => value is Map<unknown, unknown> = types.isMap;
export const isSet: (value: unknown) => value is Set<unknown> = types.isSet;
export const isUint8Array: (value: unknown) => value is Uint8Array = types.isUint8Array;
export const isArrayBuffer: (value: unknown) => value is ArrayBuffer = types.isArrayBuffer;
export const isDataView: (value: unknown) => value is DataView = types.isDataView;
export const isSharedArrayBuffer: (value: unknown) => value is SharedArrayBuffer = types.isSharedArrayBuffer;

export function isError(value: unknown): value is Error {
  return value instanceof Error || types.isNativeError(value);
}

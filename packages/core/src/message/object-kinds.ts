/** Objects that only threads of one process can be given, by their class's tag. */
export const threadOnly: ReadonlySet<string> = new Set([
  'Blob',
  'CryptoKey',
  'File',
  'KeyObject',
  'MessagePort',
  'ReadableStream',
  'SharedArrayBuffer',
  'TransformStream',
  'WebAssembly.Memory',
  'WebAssembly.Module',
  'WritableStream',
]);

/** Objects that cannot be copied, only handed over. */
export const movedOnly: ReadonlySet<string> = new Set([
  'MessagePort',
  'ReadableStream',
  'TransformStream',
  'WritableStream',
]);

/** Objects that cannot cross in any way, and what to say of them. */
export const neverCloned: ReadonlyMap<string, string> = new Map([
  ['Promise', 'a promise: await it and send what it yields'],
  ['WeakMap', 'a WeakMap'],
  ['WeakSet', 'a WeakSet'],
  ['WeakRef', 'a WeakRef'],
  ['Generator', 'a generator: send its items'],
  ['AsyncGenerator', 'an async generator: send its items'],
]);

/** What the structured clone takes whole, besides `threadOnly`: nothing in it needs a look. */
const whole: ReadonlySet<string> = new Set([
  'ArrayBuffer',
  'BigInt',
  'Boolean',
  'Date',
  'Number',
  'RegExp',
  'String',
]);

/** The tag in `[object Tag]`: the class, for the platform's own objects. */
export function tagOf(object: object): string {
  return Object.prototype.toString.call(object).slice('[object '.length, -1);
}

/** Whether the structured clone takes an object as a whole. Any other is cloned property by property. */
export function isLeaf(object: object): boolean {
  if (ArrayBuffer.isView(object)) return true;
  const tag = tagOf(object);
  return whole.has(tag) || threadOnly.has(tag);
}

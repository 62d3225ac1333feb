/** Objects that can only be sent to threads of the same process, by their class's tag. */
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

/** Objects that cannot be copied, only transferred. */
export const transferOnly: ReadonlySet<string> = new Set([
  'MessagePort',
  'ReadableStream',
  'TransformStream',
  'WritableStream',
]);

/** The message for objects that cannot be sent in any way, or (`URL`) would arrive empty, by their tag. */
const neverCloned: ReadonlyMap<string, string> = new Map([
  ['AbortController', 'an AbortController: pass `signal` beside the target'],
  ['AbortSignal', 'an AbortSignal: pass it as `signal` beside the target'],
  ['Arguments', 'an arguments object: send [...arguments]'],
  ['AsyncGenerator', 'an async generator: send its items'],
  ['FinalizationRegistry', 'a FinalizationRegistry'],
  ['FormData', 'a FormData: send [...formData]'],
  ['Generator', 'a generator: send its items'],
  ['Headers', 'a Headers: send [...headers]'],
  ['Module', 'a module: send its URL'],
  ['Promise', 'a promise: await it and send what it yields'],
  ['Request', 'a Request: send its parts'],
  ['Response', 'a Response: send its parts'],
  ['Symbol', 'a symbol'],
  ['URL', 'a URL: send its href'],
  ['URLSearchParams', 'a URLSearchParams: send [...params]'],
  ['WeakMap', 'a WeakMap'],
  ['WeakRef', 'a WeakRef'],
  ['WeakSet', 'a WeakSet'],
]);

/** Why an object with this tag cannot cross, if it cannot. */
export function refusalOf(tag: string): string | undefined {
  if (tag.startsWith('Intl.')) return `an ${tag}: send its options`;
  if (tag.endsWith(' Iterator')) return 'an iterator: send its items';
  return neverCloned.get(tag);
}

/** What the structured clone copies as a whole, besides `threadOnly`: nothing in it needs to be scanned. */
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
  const tag = Object.prototype.toString.call(object).slice('[object '.length, -1);
  // In Node a port has only the tag of the class above it.
  return tag === 'EventTarget' && object instanceof MessagePort ? 'MessagePort' : tag;
}

/** Whether the structured clone takes an object as a whole. Any other is cloned property by property. */
export function isLeaf(object: object): boolean {
  if (ArrayBuffer.isView(object)) return true;
  const tag = tagOf(object);
  return whole.has(tag) || threadOnly.has(tag);
}

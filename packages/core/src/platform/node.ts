/** What runs this code. Bun and Deno name themselves beside the version of Node that they stand in for. */
export const runtime: 'bun' | 'deno' | 'node' =
  'bun' in process.versions ? 'bun' : 'deno' in process.versions ? 'deno' : 'node';

/** A value that follows asynchronous work. */
export interface AsyncContext<T> {
  getStore(): T | undefined;
  run<R>(value: T, fn: () => R): R;
  /** Forgets what is being followed, until the next `run`. */
  disable(): void;
}

/** The platform's module is loaded only where a context is needed. */
export function createAsyncContext<T>(): AsyncContext<T> {
  const { AsyncLocalStorage } = process.getBuiltinModule('node:async_hooks');
  return new AsyncLocalStorage<T>();
}

/**
 * A copy of memory. `slice` clears the new memory before it copies, which for a megabyte takes as long as the copy.
 */
export function copyOf(buffer: ArrayBuffer): ArrayBuffer {
  const bytes = process.getBuiltinModule('node:buffer').Buffer.allocUnsafeSlow(buffer.byteLength);
  bytes.set(new Uint8Array(buffer));
  return bytes.buffer;
}

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

/**
 * Whether this process may give that nice value to what it starts. Lowering one's own priority is always
 * allowed; raising it is tried here, on the calling thread, and undone.
 */
export function mayHaveNice(nice: number): boolean {
  const { getPriority, setPriority } = process.getBuiltinModule('node:os');
  const own = getPriority();
  // Windows has classes in place of values, and gives what it can.
  if (nice >= own || process.platform === 'win32') return true;
  try {
    setPriority(nice);
  } catch {
    return false;
  }
  setPriority(own);
  return true;
}

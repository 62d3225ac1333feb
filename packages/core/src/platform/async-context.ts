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

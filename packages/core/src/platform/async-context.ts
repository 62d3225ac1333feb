import type { AsyncLocalStorage } from 'node:async_hooks';

/** A value that follows asynchronous work; loaded only where one is needed. */
export function createAsyncContext<T>(): AsyncLocalStorage<T> {
  const { AsyncLocalStorage } = process.getBuiltinModule('node:async_hooks');
  return new AsyncLocalStorage<T>();
}

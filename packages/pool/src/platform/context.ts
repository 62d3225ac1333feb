import { AsyncLocalStorage } from 'node:async_hooks';

/** Remembers the caller's async context; what it returns runs functions in it. */
export function contextSnapshot(): <R>(fn: () => R) => R {
  return AsyncLocalStorage.snapshot();
}

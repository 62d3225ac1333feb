import { contextSnapshot } from '../platform/context.js';

/** `fn`, run in the async context (`AsyncLocalStorage`) of whoever calls this now. */
export function inCallerContext<A extends unknown[], R>(fn: (...args: A) => R): (...args: A) => R {
  const enter = contextSnapshot();
  return (...args) => enter(() => fn(...args));
}

import { CallbackError } from '../errors/callback-error.js';
import { describeError } from '../errors/describe-error.js';
import { contextSnapshot } from '../platform/context.js';
import { emitWarning } from '../platform/warning.js';

/**
 * A caller's function that is to be told of something: run in the async context (`AsyncLocalStorage`) of
 * the code that calls this now. What it throws, or its promise rejects with, is a warning, so that it
 * costs neither the program nor the other callbacks.
 *
 * @param what The function, for the warning: `onProgress of \`square\``.
 */
export function callback<A extends unknown[]>(
  what: string,
  fn: (...args: A) => unknown,
): (...args: A) => void {
  const enter = contextSnapshot();
  const report = (cause: unknown): void =>
    emitWarning(new CallbackError(`${what} failed: ${describeError(cause)}`, { cause }));
  return (...args) => {
    try {
      const result = enter(() => fn(...args));
      if (result instanceof Promise) result.catch(report);
    } catch (error) {
      report(error);
    }
  };
}

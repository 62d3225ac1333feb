import { functionLabel } from '@manycore/core/internal';
import { CallbackError, describeError } from '../errors.js';
import type { CallbackOptions, MapOptions, Progress } from '../options/call-options.js';
import { optionalFunction } from '../options/checks.js';
import { contextSnapshot, emitWarning } from '../platform/node.js';

/**
 * A caller's function that is called when something happens: in the async context (`AsyncLocalStorage`) of
 * the code that calls this now. What it throws, or its promise rejects with, is a warning, so that neither
 * the program nor the other callbacks fail.
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

/** The callbacks of a call, each read once. */
export function callbacksOf<T>(options: CallbackOptions<T> | undefined): CallbackOptions<T> {
  return {
    callback: optionalFunction('callback', options?.callback),
    errorCallback: optionalFunction('errorCallback', options?.errorCallback),
  };
}

/** Calls the callbacks when the call of the function `name` settles. */
export function callBack<T>(
  promise: Promise<T>,
  name: string,
  { callback: onValue, errorCallback: onError }: CallbackOptions<T>,
): void {
  if (!onValue && !onError) return;
  const ignore = (): void => undefined;
  void promise.then(
    onValue ? callback(`callback of ${functionLabel(name)}`, onValue) : ignore,
    onError ? callback(`errorCallback of ${functionLabel(name)}`, onError) : ignore,
  );
}

/** The `onProgress` of a call of the function `name`. */
export function progressOf(
  name: string,
  options: MapOptions | undefined,
): ((progress: Progress) => void) | undefined {
  const onProgress = optionalFunction('onProgress', options?.onProgress);
  return onProgress && callback(`onProgress of ${functionLabel(name)}`, onProgress);
}

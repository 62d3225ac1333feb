import { TimeoutError } from './errors.js';

/** What every waiting call takes as its last argument. */
export interface WaitOptions {
  /** Milliseconds to wait at most; 0 tries once. Left out, or `Infinity`: for as long as it takes. */
  timeout?: number | undefined;
  /** Ends the wait when aborted: the call rejects with the signal's reason. */
  signal?: AbortSignal | undefined;
}

/** What every call that blocks its thread takes: no signal could reach it. */
export interface SyncWaitOptions {
  /** Milliseconds to wait at most; 0 tries once. Left out, or `Infinity`: for as long as it takes. */
  timeout?: number | undefined;
}

/** The signal among the options of a call, if there is one. @throws TypeError for another value. */
export function signalOf(
  options: { readonly signal?: AbortSignal | undefined } | undefined,
): AbortSignal | undefined {
  const signal: unknown = options?.signal;
  if (signal === undefined || signal instanceof AbortSignal) return signal;
  throw new TypeError('signal must be an AbortSignal; write { signal: controller.signal }');
}

/** The timeout in milliseconds, `Infinity` for none; a negative one or NaN is a RangeError. */
export function timeoutOf(options: SyncWaitOptions | undefined): number {
  const timeout: unknown = options?.timeout;
  if (timeout === undefined) return Infinity;
  if (typeof timeout !== 'number') {
    throw new TypeError(`timeout must be a number of milliseconds, not ${typeof timeout}`);
  }
  if (!(timeout >= 0)) {
    throw new RangeError(`timeout must be 0 or more milliseconds, not ${timeout}`);
  }
  return timeout;
}

/** The longest delay that a timer takes; longer ones are waited for in pieces. */
const longestTimer = 2 ** 31 - 1;

/**
 * Follows `promise`, but no longer than the options allow: rejects with `TimeoutError` (its message
 * names `what` was waited for) or with the signal's reason. The promise itself goes on.
 */
export function withTimeout<T>(
  promise: Promise<T>,
  options: WaitOptions | undefined,
  what: string,
): Promise<T> {
  const timeout = timeoutOf(options);
  const signal = signalOf(options);
  if (signal?.aborted) return Promise.reject(signal.reason);
  if (timeout === Infinity && !signal) return promise;
  return new Promise<T>((resolve, reject) => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const deadline = performance.now() + timeout;
    const leave = (): void => {
      clearTimeout(timer);
      unwatch?.();
    };
    const onTimer = (): void => {
      if (deadline - performance.now() > 1) {
        arm();
        return;
      }
      leave();
      reject(new TimeoutError(`${what} was not done within ${timeout} ms`));
    };
    const arm = (): void => {
      timer = setTimeout(onTimer, Math.min(Math.max(deadline - performance.now(), 0), longestTimer));
    };
    if (timeout !== Infinity) arm();
    const unwatch =
      signal &&
      onAbort(signal, () => {
        leave();
        reject(signal.reason);
      });
    promise.then(
      (value) => {
        leave();
        resolve(value);
      },
      (error: unknown) => {
        leave();
        reject(error);
      },
    );
  });
}

const watched = new WeakMap<AbortSignal, Set<() => void>>();

/**
 * Calls `listener` when the signal aborts, once; returns a function that removes it. A signal gets one
 * event listener for any number of waits: one signal for a whole program is good practice, and Node
 * warns about the eleventh listener.
 */
export function onAbort(signal: AbortSignal, listener: () => void): () => void {
  const listeners = watched.get(signal) ?? watch(signal);
  // Two waits may pass the same function.
  const entry = (): void => {
    listener();
  };
  listeners.add(entry);
  return () => {
    if (!listeners.delete(entry) || listeners.size > 0 || watched.get(signal) !== listeners) return;
    watched.delete(signal);
    signal.removeEventListener('abort', notify);
  };
}

function watch(signal: AbortSignal): Set<() => void> {
  const listeners = new Set<() => void>();
  watched.set(signal, listeners);
  signal.addEventListener('abort', notify, { once: true });
  return listeners;
}

function notify(this: AbortSignal): void {
  const listeners = watched.get(this);
  watched.delete(this);
  for (const listener of listeners ?? []) listener();
}

/** A promise with the functions that settle it: `Promise.withResolvers`, which Node 20 lacks. */
export interface Deferred<T> {
  readonly promise: Promise<T>;
  readonly resolve: (value: T | PromiseLike<T>) => void;
  readonly reject: (reason: unknown) => void;
}

export function deferred<T>(): Deferred<T> {
  let resolve!: Deferred<T>['resolve'];
  let reject!: Deferred<T>['reject'];
  const promise = new Promise<T>((resolvePromise, rejectPromise) => {
    resolve = resolvePromise;
    reject = rejectPromise;
  });
  return { promise, resolve, reject };
}

import { onAbort, type TargetRef } from '@manycore/core/internal';
import { isCancellation } from '../errors.js';
import type { CallExecutor, CallPayload, PoolTask } from '../executor/call.js';
import type { CallSettings } from '../options/call-options.js';
import type { TaskResult } from '../scheduler/records.js';

const nothing = (): void => undefined;

/** The functions of the promise that is being made. A closure for each call would be twice the garbage. */
let lastResolve: (value: unknown) => void = nothing;
let lastReject: (error: unknown) => void = nothing;

function noteFunctions(resolve: (value: unknown) => void, reject: (error: unknown) => void): void {
  lastResolve = resolve;
  lastReject = reject;
}

const manner = { shape: 'call', root: 'args', offset: 0, wantsPartial: false } as const;

/** One call of a function: one task. A hundred thousand may wait, so what all have in common is no field. */
export class SingleCall implements CallPayload {
  readonly target: TargetRef;
  readonly values: readonly unknown[];
  readonly settings: CallSettings;
  readonly promise: Promise<unknown>;
  /** Its task, once it is submitted. */
  task: PoolTask | undefined;
  readonly #resolve: (value: unknown) => void;
  readonly #reject: (error: unknown) => void;
  #unwatch: (() => void) | undefined;
  #result: TaskResult | undefined;
  #error: unknown;

  constructor(target: TargetRef, args: readonly unknown[], settings: CallSettings) {
    this.target = target;
    this.values = args;
    this.settings = settings;
    this.promise = new Promise(noteFunctions);
    this.#resolve = lastResolve;
    this.#reject = lastReject;
    noteFunctions(nothing, nothing);
  }

  get timeout(): number {
    return this.settings.timeout;
  }

  get shape(): 'call' {
    return manner.shape;
  }

  get root(): 'args' {
    return manner.root;
  }

  get offset(): number {
    return manner.offset;
  }

  get wantsPartial(): boolean {
    return manner.wantsPartial;
  }

  /** How it ended; undefined before. */
  get result(): TaskResult | undefined {
    return this.#result;
  }

  /** What the promise rejects with, unless the result is `ok`. */
  get error(): unknown {
    return this.#error;
  }

  /** It was dropped before it ran. */
  get isCancelled(): boolean {
    return isCancellation(this.#error);
  }

  /** Aborts the submitted task when the signal aborts. */
  abortOn(signal: AbortSignal, executor: CallExecutor): void {
    const { task } = this;
    if (!task || task.state === 'settled') return;
    // To send the task reads the arguments, and a getter of one may have aborted the signal.
    if (signal.aborted) executor.abort(task, signal.reason);
    else this.#unwatch = onAbort(signal, () => executor.abort(task, signal.reason));
  }

  settle(result: TaskResult, error: unknown): void {
    this.#unwatch?.();
    this.#result = result;
    this.#error = error;
    if (result.status === 'ok') this.#resolve(result.value);
    else this.#reject(error);
  }
}

/** What `call` throws its promise rejects with, as if it were an async function, which would make a promise more. */
export function promised<T>(call: () => Promise<T>): Promise<T> {
  try {
    return call();
  } catch (error) {
    return Promise.reject(error);
  }
}

import { onAbort, type TargetRef } from '@manycore/core/internal';
import { isCancellation } from '../errors.js';
import type { CallExecutor, CallPayload, PoolTask } from '../executor/call.js';
import type { TaskResult } from '../scheduler/records.js';

/** One call of a function: one task. */
export class SingleCall implements CallPayload {
  readonly target: TargetRef;
  readonly shape = 'call';
  readonly root = 'args';
  readonly offset = 0;
  readonly wantsPartial = false;
  readonly values: readonly unknown[];
  readonly timeout: number;
  readonly promise: Promise<unknown>;
  /** Its task, once it is submitted. */
  task: PoolTask | undefined;
  #resolve!: (value: unknown) => void;
  #reject!: (error: unknown) => void;
  #unwatch: (() => void) | undefined;
  #result: TaskResult | undefined;
  #error: unknown;

  constructor(target: TargetRef, args: readonly unknown[], timeout: number) {
    this.target = target;
    this.values = args;
    this.timeout = timeout;
    this.promise = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
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

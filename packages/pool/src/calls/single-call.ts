import { onAbort, type TargetRef } from '@manycore/core/internal';
import type { Engine } from '../engine/engine.js';
import type { Outcome } from '../engine/outcome.js';
import type { WorkItem, WorkTask } from '../engine/work.js';
import { isCancellation } from '../errors/cancellation.js';
import type { CallSettings } from '../options/call-options.js';

/** One call of a function: one task. */
export class SingleCall implements WorkItem {
  readonly target: TargetRef;
  readonly shape = 'call';
  readonly root = 'args';
  readonly offset = 0;
  readonly wantsPartial = false;
  readonly values: readonly unknown[];
  readonly timeout: number;
  readonly promise: Promise<unknown>;
  #resolve!: (value: unknown) => void;
  #reject!: (error: unknown) => void;
  #unwatch: (() => void) | undefined;
  #task: WorkTask | undefined;
  #outcome: Outcome | undefined;

  constructor(target: TargetRef, args: readonly unknown[], timeout: number) {
    this.target = target;
    this.values = args;
    this.timeout = timeout;
    this.promise = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  /** The task, once it is submitted. */
  get task(): WorkTask | undefined {
    return this.#task;
  }

  get isSettled(): boolean {
    return this.#outcome !== undefined;
  }

  /** How it ended; undefined before. */
  get outcome(): Outcome | undefined {
    return this.#outcome;
  }

  /** It was dropped before it ran. */
  get isCancelled(): boolean {
    return this.#outcome?.ok === false && isCancellation(this.#outcome.error);
  }

  submit(engine: Engine, { deadline, signal, priority, retries }: CallSettings): this {
    if (signal?.aborted) {
      this.settle({ ok: false, error: signal.reason, isFinal: true });
      return this;
    }
    const task = engine.submit(this, { priority, retries, deadline });
    this.#task = task;
    if (!signal || task.state === 'settled') return this;
    // To send it reads the arguments, whose getters may do anything.
    if (signal.aborted) engine.abort(task, signal.reason);
    else this.#unwatch = onAbort(signal, () => engine.abort(task, signal.reason));
    return this;
  }

  settle(outcome: Outcome): void {
    this.#unwatch?.();
    this.#outcome = outcome;
    if (outcome.ok) this.#resolve(outcome.value);
    else this.#reject(outcome.error);
  }
}

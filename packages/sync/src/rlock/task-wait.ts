import type { WaitOptions } from '@manycore/core';
import { onAbort, signalOf, timeoutOf } from '@manycore/core/internal';
import { type Mutex, taskContexts } from '@manycore/memory/internal';

import { warn } from '../platform/node.js';

/** How long a task waits for another of its own thread before a warning says so, in milliseconds. */
const longWait = 10_000;

/** Locks of which a warning has been given. */
const reported = new WeakSet<Mutex>();

/** How a task got the lock. */
export type Outcome = 'taken' | 'recovered' | 'held already';

/** A task that waits. */
export interface WaitingTask {
  /** Whether it owns the lock by now. */
  isOwner(): boolean;
  /** The mutex was acquired for it. No other task of the thread has run in between. */
  took(): void;
}

/**
 * The wait of a task for an `RLock`. It ends, too, when the task turns out to be the owner: the other
 * acquire of a `Promise.race` got the lock, or the thread took it by `acquireSync`.
 */
export class TaskWait {
  readonly #mutex: Mutex;
  readonly #task: WaitingTask;
  #stop = new AbortController();

  constructor(mutex: Mutex, task: WaitingTask) {
    this.#mutex = mutex;
    this.#task = task;
  }

  async finish(options: WaitOptions | undefined, recovering: boolean): Promise<Outcome> {
    const timeout = timeoutOf(options);
    const signal = signalOf(options);
    signal?.throwIfAborted();
    const deadline = performance.now() + timeout;
    const unwatchSignal = signal && onAbort(signal, () => this.#stop.abort());
    const look = (): void => {
      if (this.#task.isOwner()) this.#stop.abort();
    };
    taskContexts.watch(look);
    const warning = timeout === Infinity && !signal ? setTimeout(() => this.#report(), longWait) : undefined;
    try {
      for (;;) {
        if (this.#task.isOwner()) return 'held already';
        try {
          const left = Math.max(0, deadline - performance.now());
          const rest = { timeout: left, signal: this.#stop.signal };
          const took = (): void => this.#task.took();
          return (await this.#mutex.acquire(rest, recovering, timeout, took)) ? 'recovered' : 'taken';
        } catch (error) {
          if (!this.#stop.signal.aborted) throw error;
          signal?.throwIfAborted();
          this.#stop = new AbortController();
        }
      }
    } finally {
      clearTimeout(warning);
      taskContexts.unwatch(look);
      unwatchSignal?.();
    }
  }

  /** Nothing tells a task that waits for itself from one that waits for another that is slow. */
  #report(): void {
    const mutex = this.#mutex;
    if (!mutex.isOwn || reported.has(mutex)) return;
    reported.add(mutex);
    warn(
      'MANYCORE_LONG_WAIT',
      `a task has waited for an RLock for ${longWait / 1000} s while another task of this thread held it. ` +
        'If they are the same task, a callback has lost the connection between them: hold the lock by ' +
        'run(fn), to which everything belongs that fn starts',
    );
  }
}

import type { WaitOptions } from '@manycore/core';
import { onAbort, signalOf, timeoutOf } from '@manycore/core/internal';
import { taskContexts } from '@manycore/memory/internal';

import { warn } from '../platform/node.js';
import type { OwnedWord } from './owned-word.js';

/** How long a task waits for another of its own thread before a warning says so, in milliseconds. */
const longWait = 10_000;

/** Locks of which a warning has been given. */
const reported = new WeakSet<OwnedWord>();

/** How a task came by the lock. */
export type Outcome = 'taken' | 'recovered' | 'held already';

/**
 * The wait of a task for an `RLock`. It ends, too, when the task turns out to be the owner: the other
 * acquire of a `Promise.race` got the lock, or the thread took it by `acquireSync`.
 */
export class NestedWait {
  readonly #word: OwnedWord;
  readonly #isHeld: () => boolean;
  #stop = new AbortController();

  constructor(word: OwnedWord, isHeld: () => boolean) {
    this.#word = word;
    this.#isHeld = isHeld;
  }

  async finish(options: WaitOptions | undefined, recovering: boolean): Promise<Outcome> {
    const timeout = timeoutOf(options);
    const signal = signalOf(options);
    signal?.throwIfAborted();
    const deadline = performance.now() + timeout;
    const unwatchSignal = signal && onAbort(signal, () => this.#stop.abort());
    const look = (): void => {
      if (this.#isHeld()) this.#stop.abort();
    };
    taskContexts.watch(look);
    const alarm = timeout === Infinity && !signal ? setTimeout(() => this.#report(), longWait) : undefined;
    try {
      for (;;) {
        if (this.#isHeld()) return 'held already';
        try {
          const left = Math.max(0, deadline - performance.now());
          const rest = { timeout: left, signal: this.#stop.signal };
          return (await this.#word.acquire(rest, recovering, timeout)) ? 'recovered' : 'taken';
        } catch (error) {
          if (!this.#stop.signal.aborted) throw error;
          signal?.throwIfAborted();
          this.#stop = new AbortController();
        }
      }
    } finally {
      clearTimeout(alarm);
      taskContexts.unwatch(look);
      unwatchSignal?.();
    }
  }

  /** Nothing tells a task that waits for itself from one that waits for another that is slow. */
  #report(): void {
    const word = this.#word;
    if (word.owner !== word.party.self || reported.has(word)) return;
    reported.add(word);
    warn(
      'MANYCORE_LONG_WAIT',
      `a task has waited for an RLock for ${longWait / 1000} s while another task of this thread held it. ` +
        'If both are one, the way from one to the other was lost in a callback: hold the lock by ' +
        'run(fn), to which everything belongs that fn starts',
    );
  }
}

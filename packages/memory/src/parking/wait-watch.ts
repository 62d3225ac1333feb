import { sharedState } from '@manycore/core/internal';

import { heartbeat } from '../parker.js';

/** A pending wait, as its watch sees it. */
export interface WatchedWait {
  /** Ends the wait if its word has changed: the wake-up may have been lost with whoever owed it. */
  check(): void;
}

// Taken now: a test that replaces the timers later must not stop the waits.
const { setInterval, clearInterval } = globalThis;

/**
 * The pending waits of this thread. While there are any, a timer looks at each of their words once every
 * 50 ms, and keeps the event loop alive for those that want it (a pending `Atomics.waitAsync` does not).
 */
class WaitWatch {
  readonly #waits = new Set<WatchedWait>();
  /** Those for which the loop is kept alive. */
  readonly #holding = new Set<WatchedWait>();
  /** Runs on for one tick after the last wait, without keeping the loop alive: waits come in swarms. */
  #timer: ReturnType<typeof setInterval> | undefined;

  add(wait: WatchedWait): void {
    this.#waits.add(wait);
    this.#timer ??= setInterval(() => this.#tick(), heartbeat).unref();
    this.ref(wait);
  }

  delete(wait: WatchedWait): void {
    this.#waits.delete(wait);
    this.unref(wait);
  }

  /** Keeps the event loop alive for a wait, as at first. */
  ref(wait: WatchedWait): void {
    if (!this.#waits.has(wait)) return;
    this.#holding.add(wait);
    if (this.#holding.size === 1) this.#timer?.ref();
  }

  unref(wait: WatchedWait): void {
    if (this.#holding.delete(wait) && this.#holding.size === 0) this.#timer?.unref();
  }

  #tick(): void {
    if (this.#waits.size === 0) {
      clearInterval(this.#timer);
      this.#timer = undefined;
      return;
    }
    for (const wait of this.#waits) wait.check();
  }
}

export const waitWatch: WaitWatch = sharedState('memory.waitWatch', () => new WaitWatch());

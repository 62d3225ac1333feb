import { sharedState } from '@manycore/core';

import { heartbeat } from '../parker.js';

/** A pending wait, as its watch sees it. */
export interface WatchedWait {
  /** Ends the wait if its word has changed: the wake-up may have been lost with whoever owed it. */
  check(): void;
}

// Taken now: a test that replaces the timers later must not stop the waits.
const { setInterval, clearInterval } = globalThis;

/**
 * The pending waits of this thread. While there are any, a timer keeps the event loop alive (a pending
 * `Atomics.waitAsync` does not) and looks at each of their words once every 50 ms.
 */
class WaitWatch {
  readonly #waits = new Set<WatchedWait>();
  /** Runs on for one tick after the last wait, without keeping the loop alive: waits come in swarms. */
  #timer: ReturnType<typeof setInterval> | undefined;

  add(wait: WatchedWait): void {
    this.#waits.add(wait);
    if (this.#waits.size > 1) return;
    if (this.#timer) this.#timer.ref();
    else this.#timer = setInterval(() => this.#tick(), heartbeat);
  }

  delete(wait: WatchedWait): void {
    if (this.#waits.delete(wait) && this.#waits.size === 0) this.#timer?.unref();
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

import type { Owners } from '@manycore/memory';

import { ownerCheck } from './block-thread.js';

/** An asynchronous wait for something that has an owner. */
export interface WatchedOwner {
  readonly owners: Owners;
  /** The owner's id. */
  readonly owner: number;
  /** Ends the wait: the owner is dead. */
  ownerDied(): void;
}

// Taken now: a test that replaces the timers later must not stop the watch.
const { setInterval, clearInterval } = globalThis;

/**
 * Looks after the owners that this thread's asynchronous waits depend on, ten times a second. It does
 * not keep the event loop alive: the waits themselves do.
 */
class OwnerWatch {
  readonly #waits = new Set<WatchedOwner>();
  /** Runs on for one tick after the last wait: waits come in swarms. */
  #timer: ReturnType<typeof setInterval> | undefined;

  add(wait: WatchedOwner): void {
    this.#waits.add(wait);
    if (this.#timer) return;
    this.#timer = setInterval(() => this.#tick(), ownerCheck);
    this.#timer.unref();
  }

  delete(wait: WatchedOwner): void {
    this.#waits.delete(wait);
  }

  #tick(): void {
    if (this.#waits.size === 0) {
      clearInterval(this.#timer);
      this.#timer = undefined;
      return;
    }
    // Many waits often depend on one owner, and asking costs a system call.
    const answers = new Map<Owners, Map<number, boolean>>();
    for (const wait of [...this.#waits]) {
      const { owners, owner } = wait;
      let known = answers.get(owners);
      if (!known) answers.set(owners, (known = new Map<number, boolean>()));
      let alive = known.get(owner);
      if (alive === undefined) known.set(owner, (alive = owners.alive(owner)));
      if (!alive) wait.ownerDied();
    }
  }
}

export const ownerWatch: OwnerWatch = new OwnerWatch();

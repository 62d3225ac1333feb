import type { WaitOptions } from '@manycore/core';
import { withTimeout } from '@manycore/core/internal';

/** Bounds how many tasks wait. Callers that wait for room get it in the order in which they came. */
export class Backpressure {
  readonly #limit: number;
  readonly #waiting: () => number;
  readonly #callers = new Set<() => void>();
  #updating = false;

  constructor(limit: number, waiting: () => number) {
    this.#limit = limit;
    this.#waiting = waiting;
  }

  get hasRoom(): boolean {
    return this.#limit === Infinity || this.#waiting() < this.#limit;
  }

  /** Calls `then` once there is room; returns how to take that back. */
  whenRoom(then: () => void): () => void {
    const caller = (): void => then();
    this.#callers.add(caller);
    if (this.hasRoom) queueMicrotask(() => this.update());
    return () => this.#callers.delete(caller);
  }

  /** Waits for room; `what` names it in the error of a timeout. */
  async room(options: WaitOptions | undefined, what: string): Promise<void> {
    let leave: (() => void) | undefined;
    const room = new Promise<void>((resolve) => {
      leave = this.whenRoom(resolve);
    });
    try {
      await withTimeout(room, options, what);
    } finally {
      leave?.();
    }
  }

  /** The queue may have room now: calls those that wait for it. Each may fill the queue again. */
  update(): void {
    if (this.#updating || this.#callers.size === 0) return;
    this.#updating = true;
    try {
      for (const caller of this.#callers) {
        if (!this.hasRoom) return;
        this.#callers.delete(caller);
        caller();
      }
    } finally {
      this.#updating = false;
    }
  }
}

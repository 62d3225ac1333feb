/** Lets in as many waiting tasks as the pool allows. Those who wait for room get it in the order in which they came. */
export class QueueGate {
  readonly #limit: number;
  readonly #waiting: () => number;
  readonly #visitors = new Set<() => void>();
  #updating = false;

  constructor(limit: number, waiting: () => number) {
    this.#limit = limit;
    this.#waiting = waiting;
  }

  get hasRoom(): boolean {
    return this.#waiting() < this.#limit;
  }

  /** Calls `then` once there is room; returns how to take that back. */
  whenRoom(then: () => void): () => void {
    const visitor = (): void => then();
    this.#visitors.add(visitor);
    if (this.hasRoom) queueMicrotask(() => this.update());
    return () => this.#visitors.delete(visitor);
  }

  /** Something changed: lets in who can be let in. Each may fill the queue again. */
  update(): void {
    if (this.#updating || this.#visitors.size === 0) return;
    this.#updating = true;
    try {
      for (const visitor of this.#visitors) {
        if (!this.hasRoom) return;
        this.#visitors.delete(visitor);
        visitor();
      }
    } finally {
      this.#updating = false;
    }
  }
}

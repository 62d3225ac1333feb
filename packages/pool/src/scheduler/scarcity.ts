/** The first and the longest time (ms) until a pool that is smaller than it should be tries to grow. */
const firstDelay = 1000;
const longestDelay = 60_000;

/**
 * What is left of a pool's size when the system has nothing for another worker: no descriptor, no thread,
 * no process, no memory. The pool goes on with what it has, and tries to grow by one worker at a time.
 *
 * | state    | workers at most | on                             | to                                 |
 * |----------|-----------------|--------------------------------|------------------------------------|
 * | ample    | `max`           | a start fails for want         | scarce, with those that live       |
 * | scarce   | the ceiling     | no other worker is starting    | the same, with one worker less     |
 * | scarce   | the ceiling     | the delay is over              | probing                            |
 * | probing  | the ceiling + 1 | a start fails for want         | scarce, with twice the delay       |
 * | probing  | the ceiling + 1 | the worker is ready            | probing with a higher ceiling; ample at `max` |
 *
 * One worker less: what it leaves is for the program, and for the modules that the others are to load.
 */
export class Scarcity {
  #ceiling = Infinity;
  #retryAt = -Infinity;
  #delay = firstDelay;
  /** A start failed, and others that were started with it may fail as well. */
  #unsettled = false;

  get ceiling(): number {
    return this.#ceiling;
  }

  get isScarce(): boolean {
    return this.#ceiling !== Infinity;
  }

  /** When the pool may try to grow. */
  get retryAt(): number {
    return this.#retryAt;
  }

  /** A start failed for want of something while so many workers live. */
  note(now: number, live: number): void {
    // Several that were started together are one failure.
    const isProbe = this.isScarce && now >= this.#retryAt;
    if (isProbe) this.#delay = Math.min(this.#delay * 2, longestDelay);
    if (isProbe || !this.isScarce) this.#retryAt = now + this.#delay;
    this.#ceiling = Math.max(Math.min(this.#ceiling, live), 1);
    this.#unsettled = true;
  }

  /** No worker is starting: so many live, and one of them is to make room. */
  settle(live: number): void {
    if (!this.#unsettled) return;
    this.#unsettled = false;
    this.#ceiling = Math.max(Math.min(this.#ceiling, live - 1), 1);
  }

  /** A worker is ready, as one of so many that live, of `max`. */
  noteReady(live: number, starting: number, max: number): void {
    if (!this.isScarce || starting > 0 || live <= this.#ceiling) return;
    if (live < max) {
      this.#ceiling = live;
      return;
    }
    this.#ceiling = Infinity;
    this.#delay = firstDelay;
  }

  /** How many workers there may be now. */
  limit(now: number, max: number): number {
    return Math.min(max, now < this.#retryAt ? this.#ceiling : this.#ceiling + 1);
  }
}

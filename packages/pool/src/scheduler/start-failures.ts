/** Failures further apart than this (ms), beside the time that a start may take, do not belong to one row. */
const rowGap = 60_000;
/** So many in a row break the pool, … */
const tolerated = 3;
/** … but killed workers, which something outside may have killed, only after this time (ms) of trying. */
const patience = 5000;
const firstRetryDelay = 10;
const longestRetryDelay = 1000;

/** Counts workers that exited before they were of use, and decides when to try again and when to give up. */
export class StartFailures {
  readonly #rowGap: number;
  #row = 0;
  #since = 0;
  #last = -Infinity;
  #retryAt = -Infinity;

  constructor(startTimeout: number) {
    this.#rowGap = rowGap + startTimeout;
  }

  /** No worker is to be started before this time. */
  get retryAt(): number {
    return this.#retryAt;
  }

  /** A worker proved itself: the next failure is the first of a new row. */
  forget(): void {
    this.#row = 0;
    this.#retryAt = -Infinity;
  }

  /** Notes a failure; true when it is one too many. */
  note(now: number, killed: boolean): boolean {
    if (now - this.#last > this.#rowGap) this.#row = 0;
    if (this.#row === 0) this.#since = now;
    this.#row += 1;
    this.#last = now;
    this.#retryAt = now + Math.min(firstRetryDelay * 2 ** (this.#row - 1), longestRetryDelay);
    return this.#row >= tolerated && (!killed || now - this.#since >= patience);
  }
}

/** The first and the longest time (ms) until a pool that is smaller than it should be tries to grow. */
const firstGrowDelay = 1000;
const longestGrowDelay = 60_000;

/**
 * Limits a pool's size while the system has too little of something for another worker: descriptors,
 * threads, processes, memory. The pool goes on with the workers it has, and tries to grow by one at a time.
 *
 * | state    | workers at most | on                             | to                                 |
 * |----------|-----------------|--------------------------------|------------------------------------|
 * | ample    | `max`           | a start fails for a shortage   | scarce, with those that live       |
 * | scarce   | the ceiling     | no other worker is starting    | the same, with one worker less     |
 * | scarce   | the ceiling     | the delay is over              | probing                            |
 * | probing  | the ceiling + 1 | a start fails for a shortage   | scarce, with twice the delay       |
 * | probing  | the ceiling + 1 | the worker is ready            | probing with a higher ceiling; ample at `max` |
 *
 * One worker less: what it frees is for the program, and for the modules that the other workers load.
 */
export class Scarcity {
  #ceiling = Infinity;
  #retryAt = -Infinity;
  #delay = firstGrowDelay;
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

  /** A start failed for a shortage while so many workers live. */
  note(now: number, live: number): void {
    // Several that were started together are one failure.
    const isProbe = this.isScarce && now >= this.#retryAt;
    if (isProbe) this.#delay = Math.min(this.#delay * 2, longestGrowDelay);
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
    this.#delay = firstGrowDelay;
  }

  /** How many workers there may be now. */
  limit(now: number, max: number): number {
    return Math.min(max, now < this.#retryAt ? this.#ceiling : this.#ceiling + 1);
  }
}

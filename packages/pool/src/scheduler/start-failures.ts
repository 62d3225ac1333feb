/** Failures further apart than this (ms) do not belong to one row. */
const rowGap = 60_000;
/** So many in a row break the pool, … */
const tolerated = 3;
/** … but killed workers, whose killer may be outside, only after this time (ms) of trying. */
const patience = 5000;
const firstDelay = 10;
const longestDelay = 1000;

/** Counts workers that left before they were of use, and decides when to try again and when to give up. */
export class StartFailures {
  #row = 0;
  #since = 0;
  #last = -Infinity;
  #retryAt = -Infinity;

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
    if (now - this.#last > rowGap) this.#row = 0;
    if (this.#row === 0) this.#since = now;
    this.#row += 1;
    this.#last = now;
    this.#retryAt = now + Math.min(firstDelay * 2 ** (this.#row - 1), longestDelay);
    return this.#row >= tolerated && (!killed || now - this.#since >= patience);
  }
}

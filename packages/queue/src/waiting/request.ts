/** An operation of this thread that waits for its turn, or for its store. */
export abstract class Request {
  /** Milliseconds that the caller waits. */
  readonly timeout: number;
  /** When to give up, by `performance.now()`. */
  deadline: number;
  #settled = false;

  constructor(timeout: number) {
    this.timeout = timeout;
    this.deadline = timeout === Infinity ? Infinity : performance.now() + timeout;
  }

  get settled(): boolean {
    return this.#settled;
  }

  /** It came to an end: `outcome` is `done` or `closed`. */
  settle(outcome: number): void {
    this.#settled = true;
    this.onSettle(outcome);
  }

  /** It failed, or was given up. */
  fail(reason: unknown): void {
    this.#settled = true;
    this.onFail(reason);
  }

  /** Tries; an outcome as in ring/outcome.ts. */
  abstract attempt(): number;
  /** Leaves the store as if it had never been there; false: cannot now, but need not wait to try again. */
  abstract leave(): boolean;
  /** Says what was not done in time: `the queue had no message`. */
  abstract readonly missed: string;

  protected abstract onSettle(outcome: number): void;
  protected abstract onFail(reason: unknown): void;
}

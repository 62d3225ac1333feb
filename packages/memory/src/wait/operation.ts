import type { BlockingWords } from '../words.js';

/** Not settled yet. */
const unsettled = (): void => undefined;

/** An operation of this thread in a waiter queue, such as a `put`. It settles to a `T`. */
export abstract class Operation<T> {
  /** How many milliseconds the caller waits. */
  readonly timeout: number;
  /** When to give up, on the clock of the queue's words; set when the operation joins the queue. */
  deadline: number;
  #settled = false;
  #resolve: (value: T | PromiseLike<T>) => void = unsettled;
  #reject: (reason: unknown) => void = unsettled;

  constructor(timeout: number) {
    this.timeout = timeout;
    this.deadline = Infinity;
  }

  /** Tries once: 0 or less is the end; else the word that stands in the way. */
  abstract attempt(): number;

  /** Leaves its source as if it had never been there; false: it cannot now, but need not wait to try again. */
  abstract leave(): boolean;

  /** The text of the TimeoutError. */
  abstract timeoutText(): string;

  get settled(): boolean {
    return this.#settled;
  }

  /** It joins a queue, which will settle it through these functions. */
  begin(
    words: BlockingWords,
    resolve: (value: T | PromiseLike<T>) => void,
    reject: (reason: unknown) => void,
  ): void {
    if (this.timeout !== Infinity) this.deadline = words.now() + this.timeout;
    this.#resolve = resolve;
    this.#reject = reject;
  }

  /** An attempt has come to this end. */
  settle(outcome: number): void {
    this.#settled = true;
    try {
      this.#resolve(this.result(outcome));
    } catch (error) {
      this.#reject(error);
    }
  }

  /** An attempt threw, or the operation was given up. */
  fail(reason: unknown): void {
    this.#settled = true;
    this.onFail();
    this.#reject(reason);
  }

  /** What the operation resolves to after an attempt with this end; throws what it rejects with. */
  protected abstract result(outcome: number): T | PromiseLike<T>;

  /** Undoes what was prepared for an operation that fails. */
  protected onFail(): void {
    // Nothing, unless told.
  }
}

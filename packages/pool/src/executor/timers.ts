/** The longest delay that a timer takes. */
const longestDelay = 2 ** 31 - 1;

/** One timer on the clock of `performance.now()`. It does not keep the program alive. */
export class DeadlineTimer {
  readonly #onDeadline: () => void;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(onDeadline: () => void) {
    this.#onDeadline = onDeadline;
  }

  /** Fires at that time or soon after, and no more at the time that was set before. */
  set(at: number): void {
    this.clear();
    const delay = Math.min(Math.max(Math.ceil(at - performance.now()), 0), longestDelay);
    this.#timer = setTimeout(this.#onDeadline, delay);
    (this.#timer as { unref?: () => void }).unref?.();
  }

  clear(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}

/** Keeps the program alive while something is being waited for. Workers themselves do not. */
export class KeepAlive {
  #reasons = 0;
  #timer: ReturnType<typeof setInterval> | undefined;

  hold(): void {
    this.#reasons += 1;
    if (this.#reasons === 1) this.#timer = setInterval(() => undefined, longestDelay);
  }

  release(): void {
    this.#reasons -= 1;
    if (this.#reasons > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  /** Holds until the promise settles, which it returns. */
  async during<T>(promise: Promise<T>): Promise<T> {
    this.hold();
    try {
      return await promise;
    } finally {
      this.release();
    }
  }
}

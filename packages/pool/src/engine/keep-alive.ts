/** Keeps the program alive while something is being waited for. Workers themselves do not. */
export class KeepAlive {
  #reasons = 0;
  #timer: ReturnType<typeof setInterval> | undefined;

  hold(): void {
    this.#reasons += 1;
    if (this.#reasons === 1) this.#timer = setInterval(() => undefined, 2 ** 31 - 1);
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

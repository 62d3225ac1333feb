/** The longest delay that a timer takes. */
const longestTimer = 2 ** 31 - 1;

/** One timer on the clock of `performance.now()`. It does not keep the program alive. */
export class Alarm {
  readonly #ring: () => void;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(ring: () => void) {
    this.#ring = ring;
  }

  /** Rings at that time or soon after, and no more at the time that was set before. */
  set(at: number): void {
    this.clear();
    const delay = Math.min(Math.max(Math.ceil(at - performance.now()), 0), longestTimer);
    this.#timer = setTimeout(this.#ring, delay);
    (this.#timer as { unref?: () => void }).unref?.();
  }

  clear(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}

/** How often an owner's death is looked for without a sleep, in milliseconds. */
const interval = 10;

/**
 * Whether to ask again if an owner lives. The question may be a system call: too expensive for each of a
 * million contended acquires, while an owner that died should be noticed at once, not a sleep later.
 */
export class LivenessThrottle {
  #asked = -Infinity;

  due(): boolean {
    const now = performance.now();
    if (now - this.#asked < interval) return false;
    this.#asked = now;
    return true;
  }
}

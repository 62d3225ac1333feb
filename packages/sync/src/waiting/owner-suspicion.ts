/** How often a handle asks whether an owner lives before it sleeps, in milliseconds. */
const interval = 10;

/**
 * Whether it is time to ask again if an owner lives: the question is a system call, too dear for each
 * of a million contended acquires, and an owner that died should be noticed at once, not a sleep later.
 */
export class OwnerSuspicion {
  #asked = -Infinity;

  due(): boolean {
    const now = performance.now();
    if (now - this.#asked < interval) return false;
    this.#asked = now;
    return true;
  }
}

/** How often a thread looks at most before it goes to sleep: some 50 µs, about what it costs to be woken. */
const most = 8_000;
/** And at least: two microseconds. */
const least = 256;
/** After so many sleeps it tries again whether looking for long pays. */
const trial = 64;

/**
 * Looks for a reason to try again before a sleep, for as long as that pays: long after a success, half as
 * long after each failure (adaptive spinning, as of Solaris' and glibc's mutexes). Where messages go
 * back and forth at once, nobody sleeps; where they come seldom, almost nothing is spent.
 */
export class Spin {
  #limit = most;
  #sleeps = 0;

  /** Looks a while at a word; whether it has changed. */
  on(words: Int32Array, word: number): boolean {
    const before = Atomics.load(words, word);
    for (let i = 0; i < this.#limit; i += 1) {
      if (Atomics.load(words, word) === before) continue;
      this.#limit = most;
      return true;
    }
    this.#sleeps += 1;
    this.#limit = this.#sleeps % trial === 0 ? most : Math.max(this.#limit >> 1, least);
    return false;
  }
}

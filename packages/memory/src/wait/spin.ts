/** The most looks before a sleep: some 50 µs, about what a wake-up costs. */
const most = 8_000;
/** The fewest: two microseconds. */
const least = 256;
/** After so many sleeps the thread tries again whether many looks pay. */
const trial = 64;

/**
 * Looks for a change before a sleep, for as long as that pays: long after a success, half as long after each
 * failure (adaptive spinning, as of Solaris' and glibc's mutexes). Where messages go back and forth without
 * pause no thread sleeps; where they come seldom almost nothing is spent.
 */
export class Spin {
  #limit = most;
  #sleeps = 0;

  /** Looks at a word for a while; whether it has changed. */
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

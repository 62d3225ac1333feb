const length = 624;
const shift = 397;

/**
 * The Mersenne Twister MT19937 of Matsumoto and Nishimura (1998), seeded with one number as
 * `numpy.random.seed` does it: the same numbers, bit by bit.
 */
export class MersenneTwister {
  readonly #state = new Uint32Array(length);
  /** The next word of the state to hand out; `length` when all have been. */
  #next = length;

  constructor(seed: number) {
    let word = seed >>> 0;
    for (let i = 0; i < length; i += 1) {
      this.#state[i] = word;
      word = (Math.imul(1812433253, word ^ (word >>> 30)) + i + 1) >>> 0;
    }
  }

  /** The next 32 random bits. */
  nextWord(): number {
    if (this.#next === length) this.#renew();
    let word = this.#state[this.#next] ?? 0;
    this.#next += 1;
    word ^= word >>> 11;
    word ^= (word << 7) & 0x9d2c5680;
    word ^= (word << 15) & 0xefc60000;
    word ^= word >>> 18;
    return word >>> 0;
  }

  /** The next number from 0 up to, but not including, 1; of 53 random bits. */
  nextDouble(): number {
    const high = this.nextWord() >>> 5;
    const low = this.nextWord() >>> 6;
    return (high * 2 ** 26 + low) / 2 ** 53;
  }

  #renew(): void {
    const state = this.#state;
    for (let i = 0; i < length; i += 1) {
      const following = state[(i + 1) % length] ?? 0;
      const mixed = ((state[i] ?? 0) & 0x80000000) | (following & 0x7fffffff);
      const twisted = (mixed >>> 1) ^ (mixed & 1 ? 0x9908b0df : 0);
      state[i] = (state[(i + shift) % length] ?? 0) ^ twisted;
    }
    this.#next = 0;
  }
}

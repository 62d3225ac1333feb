import { MersenneTwister } from './mersenne-twister.js';

/**
 * Numbers of the standard normal distribution by Marsaglia's polar method, in the order in which
 * `numpy.random.seed(seed)` and `numpy.random.randn` give them: the second of a pair comes first.
 */
export class NormalNumbers {
  readonly #random: MersenneTwister;
  #spare: number | undefined;

  constructor(seed: number) {
    this.#random = new MersenneTwister(seed);
  }

  next(): number {
    const spare = this.#spare;
    if (spare !== undefined) {
      this.#spare = undefined;
      return spare;
    }
    for (;;) {
      const x = 2 * this.#random.nextDouble() - 1;
      const y = 2 * this.#random.nextDouble() - 1;
      const square = x * x + y * y;
      if (square >= 1 || square === 0) continue;
      const factor = Math.sqrt((-2 * Math.log(square)) / square);
      this.#spare = factor * x;
      return factor * y;
    }
  }

  /** Fills the array, and returns it. */
  fill(numbers: Float64Array): Float64Array {
    for (let i = 0; i < numbers.length; i += 1) numbers[i] = this.next();
    return numbers;
  }
}

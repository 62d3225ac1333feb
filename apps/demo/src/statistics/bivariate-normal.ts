import type { NormalNumbers } from './normal-numbers.js';

/** `numpy.random.seed(123)`: where the page's data come from. */
export const seed = 123;
export const sampleCount = 10_000;
export const origin: readonly number[] = [0, 0];

/** The density of the bivariate standard normal distribution at the origin. */
export const trueDensity: number = 1 / (2 * Math.PI);

/** So many samples of two numbers each, in the stream of `numbers`. */
export function bivariateSamples(numbers: NormalNumbers, count: number): Float64Array {
  return numbers.fill(new Float64Array(2 * count));
}

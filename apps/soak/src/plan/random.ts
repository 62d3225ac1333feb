import { createHash } from 'node:crypto';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

/** A seed that depends on another and on what it is for, and tells nothing of its neighbours. */
export function deriveSeed(seed: number, ...labels: readonly (string | number)[]): number {
  const digest = createHash('sha256').update([seed, ...labels].join('/')).digest();
  return digest.readUInt32LE() >>> 1;
}

/** Random choices that are a pure function of the seed. */
export class Random {
  readonly seed: number;
  readonly #generator: ReturnType<typeof xoroshiro128plus>;

  constructor(seed: number) {
    this.seed = seed;
    this.#generator = xoroshiro128plus(seed);
  }

  /** A whole number from `least` to `most`, both included. */
  int(least: number, most: number): number {
    return uniformInt(this.#generator, least, most);
  }

  /** True with this probability. */
  chance(probability: number): boolean {
    return this.int(0, 999_999) < probability * 1_000_000;
  }

  pick<T>(choices: readonly T[]): T {
    const choice = choices[this.int(0, choices.length - 1)];
    if (choice === undefined) throw new RangeError('there is nothing to pick from');
    return choice;
  }

  /** One of the choices, each as often as its weight says. */
  weighted<T extends { readonly weight: number }>(choices: readonly T[]): T {
    let left = this.int(1, choices.reduce((sum, { weight }) => sum + weight, 0));
    for (const choice of choices) if ((left -= choice.weight) <= 0) return choice;
    throw new RangeError('the weights must be positive whole numbers');
  }

  /** A generator of its own, so that what it is used for does not change the choices made here. */
  fork(...labels: readonly (string | number)[]): Random {
    return new Random(deriveSeed(this.seed, ...labels));
  }
}

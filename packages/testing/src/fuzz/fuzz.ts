import { Random } from './random.js';

/** How many inputs a decoder gets: `FUZZ` says so. `few` is for what `npm test` has time for. */
export function fuzzInputs(few: number): number {
  return Number(process.env['FUZZ'] ?? few);
}

/** Test runners take milliseconds; a decoder that hangs is stopped by them. */
export function fuzzTimeout(few: number): number {
  return 60_000 + fuzzInputs(few) * 20;
}

const prototypes = [Object, Array, Function, Error, Map, Set, Promise, String].map(
  ({ prototype }) => prototype as object,
);

function ownKeys(): string {
  return JSON.stringify(prototypes.map((prototype) => Reflect.ownKeys(prototype).map(String)));
}

/**
 * Gives a decoder one input after the other. Each must come to a value, or to an error that `isExpected` takes:
 * anything else is thrown with the seed that repeats it. No input may change a prototype.
 */
export async function fuzz(
  few: number,
  decode: (random: Random) => unknown,
  isExpected: (error: unknown) => boolean,
): Promise<{ readonly values: number; readonly errors: number }> {
  const before = ownKeys();
  const begin = Number(process.env['FUZZ_SEED'] ?? 1);
  let errors = 0;
  const count = fuzzInputs(few);
  for (let seed = begin; seed < begin + count; seed += 1) {
    try {
      await decode(new Random(seed));
    } catch (error) {
      if (!isExpected(error)) throw new Error(`FUZZ_SEED=${seed} FUZZ=1`, { cause: error });
      errors += 1;
    }
    if (ownKeys() !== before) throw new Error(`FUZZ_SEED=${seed} FUZZ=1: a prototype has changed`);
  }
  return { values: count - errors, errors };
}

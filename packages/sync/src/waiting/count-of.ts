/** Checks a number of things that a caller gave: a whole number from `least` to `most`. */
export function countOf(value: unknown, name: string, least: number, most: number): number {
  if (typeof value !== 'number') {
    throw new TypeError(`${name} must be a whole number, not ${typeof value}`);
  }
  if (!Number.isInteger(value) || value < least) {
    throw new RangeError(`${name} must be a whole number, ${least} or more, not ${value}`);
  }
  if (value > most) throw new RangeError(`${name} must be at most ${most}, not ${value}`);
  return value;
}

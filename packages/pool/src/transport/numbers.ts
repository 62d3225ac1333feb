/** Fewer numbers cross as quickly in an array, and need no copy. */
const worthwhile = 32;

/**
 * The items or results of a chunk as raw bytes, where all are numbers; undefined otherwise. A `Float64Array` crosses
 * as a block of memory, an array number by number. Nothing else in place of a chunk's list is a `Float64Array`, so it
 * needs no sign.
 */
export function rawNumbers(values: readonly unknown[]): Float64Array | undefined {
  if (values.length < worthwhile) return undefined;
  return areNumbers(values) ? Float64Array.from(values) : undefined;
}

export function areNumbers(values: readonly unknown[]): values is readonly number[] {
  for (const value of values) if (typeof value !== 'number') return false;
  return true;
}

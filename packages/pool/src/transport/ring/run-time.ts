/** Run times travel as one word: microseconds, or, negative, milliseconds of a long one. */
const longestMicroseconds = 2 ** 31 - 1;

/** The word for a time in milliseconds. */
export function runTimeWord(time: number): number {
  const microseconds = Math.round(time * 1000);
  return microseconds <= longestMicroseconds ? microseconds : -Math.min(Math.round(time), longestMicroseconds);
}

/** The time in milliseconds. */
export function runTimeIn(word: number): number {
  return word >= 0 ? word / 1000 : -word;
}

/** What the workers of all pools run. Plain functions of one number. */

export function square(n: number): number {
  return n * n;
}

/** Keeps a thread busy for a millisecond. */
export function spin(n: number): number {
  const end = performance.now() + 1;
  while (performance.now() < end);
  return n;
}

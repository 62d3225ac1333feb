/** `[producer, index, producer, index, …]` → the indices of each producer, in order. */
export function byProducer(taken: readonly number[], producers: number): number[][] {
  const found = Array.from({ length: producers }, (): number[] => []);
  for (let i = 0; i < taken.length; i += 2) found[taken[i] ?? -1]?.push(taken[i + 1] ?? -1);
  return found;
}

/** `count` numbers from `start` to `stop`, evenly apart, rounded as `numpy.linspace` rounds them. */
export function linspace(start: number, stop: number, count: number): number[] {
  const step = (stop - start) / (count - 1);
  return Array.from({ length: count }, (_, i) => (i === count - 1 ? stop : i * step + start));
}

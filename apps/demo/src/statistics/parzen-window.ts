/**
 * How many of the samples lie in the hypercube of width `h` around the point, its boundary included.
 * The samples stand one after another: as many numbers for each as the point has.
 */
export function countInWindow(samples: Float64Array, point: readonly number[], h: number): number {
  const dimensions = point.length;
  let count = 0;
  for (let row = 0; row < samples.length; row += dimensions) {
    let inside = true;
    for (let axis = 0; inside && axis < dimensions; axis += 1) {
      inside = Math.abs(((point[axis] ?? 0) - (samples[row + axis] ?? 0)) / h) <= 0.5;
    }
    if (inside) count += 1;
  }
  return count;
}

/**
 * The Parzen-window estimate of the density at the point: the share of samples in the window, divided
 * by h to the power of `exponent`. The right exponent is the number of dimensions. The page takes
 * `point_x.shape[1]`, which is 1 for a point that stands as a column, so 1 is what its numbers need.
 */
export function parzenEstimate(
  samples: Float64Array,
  point: readonly number[],
  h: number,
  exponent = 1,
): number {
  return countInWindow(samples, point, h) / (samples.length / point.length) / h ** exponent;
}

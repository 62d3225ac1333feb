/** Numbers from 0 to 1 that are the same in every run. */
export function fillRandom(samples: Float64Array): void {
  let state = 12345;
  for (let i = 0; i < samples.length; i += 1) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    samples[i] = state / 2 ** 32;
  }
}

export interface Window {
  /** Pairs of coordinates, in shared memory. */
  readonly samples: Float64Array;
  readonly x: number;
  readonly y: number;
  readonly width: number;
}

/** The Parzen-window estimate of the density at a point: the share of samples in a square around it. */
export function estimate({ samples, x, y, width }: Window): number {
  const half = width / 2;
  let inside = 0;
  for (let i = 0; i < samples.length; i += 2) {
    const dx = (samples[i] ?? 0) - x;
    const dy = (samples[i + 1] ?? 0) - y;
    if (dx <= half && dx >= -half && dy <= half && dy >= -half) inside += 1;
  }
  return inside / (samples.length / 2) / width ** 2;
}

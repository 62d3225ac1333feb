import { parzenEstimate } from '../statistics/parzen-window.js';

/** The page's task: the estimate at one window width, with the width beside it. */
export function estimateAt(
  samples: Float64Array,
  point: readonly number[],
  h: number,
): readonly [h: number, p: number] {
  return [h, parzenEstimate(samples, point, h)];
}

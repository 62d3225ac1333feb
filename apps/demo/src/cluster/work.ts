// What the worker hosts load: the functions that can be called there, by their names.
import { tasks } from '@manycore/cluster/task';
import { record } from '../recording/recorder.js';
import { origin } from '../statistics/bivariate-normal.js';
import { estimateAt } from '../statistics/estimate-at.js';
import { benchmarkSamples } from '../statistics/parzen-benchmark.js';

let samples: Float64Array | undefined;

/** An estimate, and the process that made it. */
export interface Estimate {
  readonly h: number;
  readonly p: number;
  readonly host: number;
}

export const { estimate, sumSquare } = tasks(import.meta.url, {
  /** A message carries the width only: the samples are made here, once, from their seed. */
  estimate: (h: number): Estimate => {
    samples ??= benchmarkSamples();
    const all = samples;
    const [, p] = record.during(`host ${process.pid}`, '', () => estimateAt(all, origin, h));
    return { h, p, host: process.pid };
  },

  sumSquare: (n: number): number => {
    let sum = 0;
    for (let i = 0; i < n; i += 1) sum += i * i;
    return sum;
  },
});

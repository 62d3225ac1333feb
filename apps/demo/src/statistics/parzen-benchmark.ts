import { ProcessPool } from '@manycore/pool';
import { bivariateSamples, origin, sampleCount, seed } from '../statistics/bivariate-normal.js';
import { linspace } from '../statistics/linspace.js';
import { NormalNumbers } from '../statistics/normal-numbers.js';
import { now } from '../time/clock.js';
import { estimateAt } from './estimate-at.js';

export const widths: readonly number[] = linspace(1, 1.2, 100);

export type Estimates = readonly (readonly [h: number, p: number])[];

/** How long a way of computing took, in milliseconds, and what came out. */
export interface Measurement {
  readonly name: string;
  readonly time: number;
  readonly estimates: Estimates;
}

/** The page's second batch of samples: the stream goes on where the first batch ended. */
export function benchmarkSamples(): Float64Array {
  const numbers = new NormalNumbers(seed);
  bivariateSamples(numbers, sampleCount);
  return bivariateSamples(numbers, sampleCount);
}

/** The serial run, then pools of 2, 3, 4 and 6 processes, each with the start of its pool. */
export async function benchmark(samples: Float64Array): Promise<Measurement[]> {
  const measurements = [await measure('serial', () => serial(samples))];
  for (const workers of [2, 3, 4, 6]) {
    measurements.push(await measure(String(workers), () => inProcesses(workers, samples)));
  }
  return measurements;
}

export async function measure(
  name: string,
  compute: () => Estimates | Promise<Estimates>,
): Promise<Measurement> {
  const start = now();
  const estimates = await compute();
  return { name, time: now() - start, estimates };
}

export function serial(samples: Float64Array): Estimates {
  return widths.map((h) => estimateAt(samples, origin, h));
}

async function inProcesses(workers: number, samples: Float64Array): Promise<Estimates> {
  await using pool = new ProcessPool({ workers });
  const handles = widths.map((h) => pool.applyAsync(estimateAt, [samples, origin, h]));
  return await Promise.all(handles.map((handle) => handle.get()));
}

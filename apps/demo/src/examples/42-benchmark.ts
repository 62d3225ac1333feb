import { isMain, ThreadPool } from '@manycore/pool';
import type { Example } from '../catalogue/example.js';
import { claim } from '../expectation/claim.js';
import { line } from '../expectation/expectation.js';
import { atLeast, integer } from '../expectation/placeholder.js';
import { reportProgress } from '../runner/channel.js';
import { record } from '../recording/recorder.js';
import { runAsProgram } from '../runner/run-as-program.js';
import { twelveDigits } from '../spelling/significant-digits.js';
import { origin, sampleCount, seed } from '../statistics/bivariate-normal.js';
import { NormalNumbers } from '../statistics/normal-numbers.js';
import { estimateAt } from '../statistics/estimate-at.js';
import {
  benchmark,
  benchmarkSamples,
  type Estimates,
  measure,
  type Measurement,
  serial,
  widths,
} from '../statistics/parzen-benchmark.js';

const scaledCount = 1_000_000;

interface Facts {
  /** p at the first, the fiftieth and the last width. */
  readonly p: readonly number[];
  readonly equal: boolean;
  readonly scaledEqual: boolean;
}

async function main(): Promise<Facts> {
  const measurements = await benchmark(benchmarkSamples());
  report(`n = ${sampleCount.toLocaleString('en')}`, measurements);
  const estimates = measurements[0]?.estimates ?? [];
  const p = [0, 49, 99].map((index) => estimates[index]?.[1] ?? NaN);
  for (const index of [0, 49, 99]) {
    const [h, estimate] = estimates[index] ?? [NaN, NaN];
    console.log(`p(${twelveDigits(h)}) = ${twelveDigits(estimate)}`);
  }

  console.log(`n = ${scaledCount}, over shared memory`);
  const samples = sharedSamples();
  const scaled = [
    await measure('serial', () => serial(samples)),
    await measure('2', () => inThreads(2, samples)),
  ];
  report(`n = ${scaledCount.toLocaleString('en')}, threads over shared memory`, scaled);
  return { p, equal: allEqual(measurements), scaledEqual: allEqual(scaled) };
}

function report(group: string, measurements: readonly Measurement[]): void {
  const reference = measurements[0]?.time ?? NaN;
  for (const { name, time } of measurements) {
    const percent = Math.round((100 * reference) / time);
    console.log(`${name.padEnd(6)} ${(time / 1000).toFixed(3)} s, ${percent} %`);
    record.value('time', name, time / 1000, { group });
  }
}

/** As many samples as the scaled run takes, in memory that threads see without a copy. */
function sharedSamples(): Float64Array<SharedArrayBuffer> {
  const samples = new Float64Array(
    new SharedArrayBuffer(2 * scaledCount * Float64Array.BYTES_PER_ELEMENT),
  );
  new NormalNumbers(seed).fill(samples);
  return samples;
}

async function inThreads(
  workers: number,
  samples: Float64Array<SharedArrayBuffer>,
): Promise<Estimates> {
  await using pool = new ThreadPool({ workers });
  let done = 0;
  const callback = (): void => reportProgress((done += 1), widths.length);
  const handles = widths.map((h) =>
    pool.applyAsync(estimateAt, [samples, origin, h], { callback }),
  );
  return await Promise.all(handles.map((handle) => handle.get()));
}

function allEqual(measurements: readonly Measurement[]): boolean {
  const texts = measurements.map(({ estimates }) => JSON.stringify(estimates));
  return new Set(texts).size === 1;
}

const timeOf = (name: string): ReturnType<typeof line> =>
  line(`${name.padEnd(6)} {seconds} s, {percent} %`, { seconds: atLeast(0), percent: integer });

export const example: Example<Facts> = {
  title: 'Benchmark: 100 widths, serial and by 2, 3, 4, 6 processes',
  purpose:
    'Does a pool pay? A hundred estimates, serial and shared out; first as small as on the page, then with a hundred times the samples.',
  main,
  expected: [
    ...['serial', '2', '3', '4', '6'].map(timeOf),
    'p(1) = 0.1507',
    'p(1.09898989899) = 0.162421875',
    'p(1.2) = 0.171916666667',
    `n = ${scaledCount}, over shared memory`,
    ...['serial', '2'].map(timeOf),
  ],
  check: ({ facts }) => [
    claim(
      'p is bit-exact at the 1st, 50th and 100th width',
      facts.p.join() === '0.1507,0.162421875,0.1719166666666667',
    ),
    claim('every number of processes gives what the serial run gives', facts.equal),
    claim('and so do the threads of the scaled run', facts.scaledEqual),
  ],
  timeLimit: 120,
  python:
    'The estimates agree to the last bit; the times do not compare, because compiled JavaScript needs milliseconds where the page needs 24.9 s.',
  alone: true,
  figure: {
    caption:
      'Time in seconds, each chart to its own scale, percentages against the serial run. Small work does not pay for starting processes; a hundred times as much is shared by two threads.',
    parts: [{ kind: 'bars', axis: 'time in seconds', unit: 's', digits: 3, reference: 'serial' }],
  },
  note: "The page's serial run took 24.9 s, and 2, 3, 4, 6 processes 154, 238, 248, 248 % of its speed. Here the serial run takes a few milliseconds, less than the start of one worker: at this size no pool can win. The scaled run has enough to do.",
};

if (isMain(import.meta)) await runAsProgram(example);

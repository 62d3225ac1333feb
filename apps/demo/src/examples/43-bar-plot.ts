import { arch, cpus, machine, platform, release } from 'node:os';
import { isMain } from '@manycore/process';
import type { Example } from '../catalogue/example.js';
import { claim } from '../expectation/claim.js';
import { drawing, line } from '../expectation/expectation.js';
import { atLeast, integer, textLike } from '../expectation/placeholder.js';
import { runAsProgram } from '../runner/run-as-program.js';
import { sampleCount } from '../statistics/bivariate-normal.js';
import { benchmark, benchmarkSamples } from './parzen-benchmark.js';

/** What the plot needs: a bar a label, from the bottom up, in seconds. */
interface Plot {
  readonly title: string;
  readonly xLabel: string;
  readonly yLabel: string;
  readonly bars: readonly {
    readonly label: string;
    readonly seconds: number;
    readonly percent: number;
  }[];
}

const barWidth = 40;

async function main(): Promise<Plot> {
  const measurements = await benchmark(benchmarkSamples());
  const serial = measurements[0]?.time ?? NaN;
  const bars = measurements.map(({ name, time }) => ({
    label: name,
    seconds: time / 1000,
    percent: Math.round((100 * serial) / time),
  }));
  const plot: Plot = {
    title: 'Serial vs. Multiprocessing via Parzen-window estimation',
    xLabel: `time in seconds for n=${sampleCount}`,
    yLabel: 'number of processes',
    bars,
  };
  draw(plot);
  describeSystem();
  return plot;
}

/** The serial run's bar ends where the dashed line stands. */
function draw({ title, xLabel, yLabel, bars }: Plot): void {
  const longest = Math.max(...bars.map(({ seconds }) => seconds));
  const cells = (seconds: number): number => Math.round((seconds / longest) * barWidth);
  const dashed = cells(bars[0]?.seconds ?? 0);
  console.log(title);
  console.log(yLabel);
  for (const { label, seconds, percent } of bars.toReversed()) {
    const bar = '█'.repeat(cells(seconds)).padEnd(barWidth + 1);
    const marked = bar[dashed] === ' ' ? `${bar.slice(0, dashed)}┆${bar.slice(dashed + 1)}` : bar;
    console.log(`${label.padStart(6)} ▏${marked} ${percent} % ${seconds.toFixed(3)} s`);
  }
  console.log(xLabel);
}

/** What the page says of Python and its compiler is said of Node and V8. */
function describeSystem(): void {
  console.log(`Node version  : ${process.versions.node}`);
  console.log(`V8 version    : ${process.versions.v8}`);
  console.log(`system        : ${platform()}`);
  console.log(`release       : ${release()}`);
  console.log(`machine       : ${machine()}`);
  console.log(`processor     : ${cpus()[0]?.model ?? ''}`);
  console.log(`CPU count     : ${cpus().length}`);
  console.log(`interpreter   : ${arch()}`);
}

const anything = { shown: '…', form: '.*' };
const system = [
  'Node version ',
  'V8 version   ',
  'system       ',
  'release      ',
  'machine      ',
];

export const example: Example<Plot> = {
  title: 'The benchmark as a bar plot, and the system it ran on',
  main,
  expected: [
    drawing(
      'Serial vs. Multiprocessing via Parzen-window estimation',
      'number of processes',
      ...['6', '4', '3', '2', 'serial'].map((label) =>
        line(`${label.padStart(6)} ▏{bar} {percent} % {seconds} s`, {
          bar: textLike(/[█┆ ]*/, '██  ┆'),
          percent: integer,
          seconds: atLeast(0),
        }),
      ),
      'time in seconds for n=10000',
    ),
    ...[...system, 'processor    '].map((name) => line(`${name} : {value}`, { value: anything })),
    line('CPU count     : {count}', { count: integer }),
    line('interpreter   : {bits}', { bits: anything }),
  ],
  check: ({ facts }) => [
    claim('the serial run is 100 % of itself', facts.bars[0]?.percent === 100),
  ],
};

if (isMain(import.meta)) await runAsProgram(example);

import { arch, cpus, machine, platform, release } from 'node:os';
import { isMain } from '@manycore/process';
import type { Example } from '../catalogue/example.js';
import { claim } from '../expectation/claim.js';
import { line } from '../expectation/expectation.js';
import { integer } from '../expectation/placeholder.js';
import { record } from '../recording/recorder.js';
import { only } from '../recording/recording.js';
import { runAsProgram } from '../runner/run-as-program.js';
import { sampleCount } from '../statistics/bivariate-normal.js';
import { benchmark, benchmarkSamples } from '../statistics/parzen-benchmark.js';

async function main(): Promise<void> {
  for (const { name, time } of await benchmark(benchmarkSamples())) {
    record.value('time', name, time / 1000);
  }
  describeSystem();
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
const systemFields = [
  'Node version ',
  'V8 version   ',
  'system       ',
  'release      ',
  'machine      ',
];

export const example: Example = {
  title: 'The benchmark as a bar plot, and the system it ran on',
  purpose:
    'The benchmark once more, as the plot of the page, with the facts without which a time says nothing: the system it was measured on.',
  main,
  expected: [
    ...[...systemFields, 'processor    '].map((name) => line(`${name} : {value}`, { value: anything })),
    line('CPU count     : {count}', { count: integer }),
    line('interpreter   : {bits}', { bits: anything }),
  ],
  check: ({ recording }) => [
    claim(
      'five bars: serial, 2, 3, 4, 6',
      only(recording, 'value')
        .map(({ x }) => x)
        .join() === 'serial,2,3,4,6',
    ),
  ],
  python:
    'The same plot, bottom-up, with the same title and labels; Node and V8 stand for Python and its compiler.',
  alone: true,
  figure: {
    caption: 'Green bars from the bottom up, a dashed line at the serial run, and each as a percentage of its speed.',
    parts: [
      {
        kind: 'bars',
        title: 'Serial vs. Multiprocessing via Parzen-window estimation',
        axis: `time in seconds for n=${sampleCount}`,
        rows: 'number of processes',
        unit: 's',
        digits: 3,
        reference: 'serial',
        bottomUp: true,
      },
    ],
  },
};

if (isMain(import.meta)) await runAsProgram(example);

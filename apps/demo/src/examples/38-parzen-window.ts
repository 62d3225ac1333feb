import { isMain } from '@manycore/process';
import type { Example } from '../catalogue/example.js';
import { record } from '../recording/recorder.js';
import { runAsProgram } from '../runner/run-as-program.js';
import { python, pythonTuple } from '../spelling/python.js';
import { countInWindow, parzenEstimate } from '../statistics/parzen-window.js';

const point = [0, 0, 0];
const cornersAndBeyond = [
  [0, 0, 0],
  [0.5, 0.5, -0.5],
  [0.5, 0.51, 0],
  [-0.5, 0, 0.500001],
];

function main(): Promise<void> {
  for (const sample of cornersAndBeyond) {
    const counts = countInWindow(Float64Array.from(sample), point, 1) === 1;
    console.log(`${pythonTuple(sample)} counts: ${python(counts)}`);
    const distance = Math.max(...sample.map(Math.abs));
    record.value(counts ? 'counts' : 'does not count', pythonTuple(sample), distance);
  }
  const samples = Float64Array.from(cornersAndBeyond.flat());
  console.log(`k = ${countInWindow(samples, point, 1)} of n = ${cornersAndBeyond.length}`);
  console.log(`h = 1: p(x) = ${parzenEstimate(samples, point, 1)}`);
  console.log(`h = 2: p(x) = ${parzenEstimate(samples, point, 2)}`);
  console.log(`h = 2, divided by the volume: p(x) = ${parzenEstimate(samples, point, 2, 3)}`);
  return Promise.resolve();
}

export const example: Example = {
  title: 'Parzen window: which samples count, and the estimate',
  purpose:
    'The density at a point, estimated by counting: how many samples lie in a cube of width h around it? Those on its faces count.',
  main,
  expected: [
    '(0, 0, 0) counts: True',
    '(0.5, 0.5, -0.5) counts: True',
    '(0.5, 0.51, 0) counts: False',
    '(-0.5, 0, 0.500001) counts: False',
    'k = 2 of n = 4',
    'h = 1: p(x) = 0.5',
    'h = 2: p(x) = 0.5',
    'h = 2, divided by the volume: p(x) = 0.125',
  ],
  python: 'The same numbers with plain arrays in place of numpy.',
  note: 'The page divides by h to the power of point_x.shape[1], which is 1 for its column of coordinates, whatever their number; the volume of the cube is h to the power of the dimensions.',
  figure: {
    caption:
      'The largest coordinate of each sample. Up to 0.5, half the width of the cube, a sample counts.',
    parts: [
      {
        kind: 'bars',
        axis: 'largest coordinate',
        unit: '',
        digits: 6,
        limit: { value: 0.5, label: '0.5: the face of the cube' },
      },
    ],
  },
};

if (isMain(import.meta)) await runAsProgram(example);

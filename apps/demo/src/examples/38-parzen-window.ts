import { isMain } from '@manycore/process';
import type { Example } from '../catalogue/example.js';
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
  note: 'The page divides by h to the power of point_x.shape[1], which is 1 for its column of coordinates, whatever their number; the volume of the cube is h to the power of the dimensions.',
};

if (isMain(import.meta)) await runAsProgram(example);

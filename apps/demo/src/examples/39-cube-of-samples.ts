import { isMain } from '@manycore/process';
import type { Example } from '../catalogue/example.js';
import { claim } from '../expectation/claim.js';
import { record } from '../recording/recorder.js';
import { runAsProgram } from '../runner/run-as-program.js';
import { pythonTuple } from '../spelling/python.js';
import { countInWindow, parzenEstimate } from '../statistics/parzen-window.js';

type Point = readonly [x: number, y: number, z: number];

const samples: readonly Point[] = [
  [0, 0, 0],
  [0.2, 0.2, 0.2],
  [0.1, -0.1, -0.3],
  [-1.2, 0.3, -0.3],
  [0.8, -0.82, -0.9],
  [1, 0.6, -0.7],
  [0.8, 0.7, 0.2],
  [0.7, -0.8, -0.45],
  [-0.3, 0.6, 0.9],
  [0.7, -0.6, -0.8],
];
const origin: Point = [0, 0, 0];

/** The twelve edges of the cube of width 1 around the origin: corners that differ in one coordinate. */
function cubeEdges(): (readonly [Point, Point])[] {
  const sides = [-0.5, 0.5];
  const corners = sides.flatMap((x) => sides.flatMap((y) => sides.map((z): Point => [x, y, z])));
  return corners.flatMap((from, index) =>
    corners
      .slice(index + 1)
      .filter((to) => to.filter((coordinate, axis) => coordinate !== from[axis]).length === 1)
      .map((to) => [from, to] as const),
  );
}

function main(): Promise<number> {
  const counts = (sample: Point): boolean =>
    countInWindow(Float64Array.from(sample), origin, 1) === 1;
  const edges = cubeEdges();
  console.log(`cube from -0.5 to 0.5, ${edges.length} edges; axes from -1.5 to 1.5`);
  for (const end of edges.flat()) draw('edge', end);
  for (const sample of samples.filter(counts)) {
    console.log(`inside  ▲ ${pythonTuple(sample)}`);
    draw('inside', sample);
  }
  for (const sample of samples.filter((each) => !counts(each))) {
    console.log(`outside ● ${pythonTuple(sample)}`);
    draw('outside', sample);
  }
  const density = parzenEstimate(Float64Array.from(samples.flat()), origin, 1);
  console.log(`p(x) = ${density}`);
  return Promise.resolve(density);
}

function draw(series: string, [x, y, z]: Point): void {
  record.value(series, x, y, { z });
}

export const example: Example<number> = {
  title: 'Ten samples and the unit cube',
  purpose:
    'Ten samples in space and the cube of width 1 around the origin: three lie in it, so the estimate is 3/10.',
  main,
  expected: [
    'cube from -0.5 to 0.5, 12 edges; axes from -1.5 to 1.5',
    'inside  ▲ (0, 0, 0)',
    'inside  ▲ (0.2, 0.2, 0.2)',
    'inside  ▲ (0.1, -0.1, -0.3)',
    'outside ● (-1.2, 0.3, -0.3)',
    'outside ● (0.8, -0.82, -0.9)',
    'outside ● (1, 0.6, -0.7)',
    'outside ● (0.8, 0.7, 0.2)',
    'outside ● (0.7, -0.8, -0.45)',
    'outside ● (-0.3, 0.6, 0.9)',
    'outside ● (0.7, -0.6, -0.8)',
    'p(x) = 0.3',
  ],
  check: ({ facts }) => [claim('p(x) is 0.3 exactly', facts === 0.3)],
  python:
    'The samples and p(x) are the same; matplotlib drew the plot of the page, here it is drawn from what the run recorded.',
  figure: {
    caption:
      'The samples that count are red triangles, the others dots; the cube is green. Axes from −1.5 to 1.5.',
    parts: [{ kind: 'space', inside: 'inside', outside: 'outside', edges: 'edge', reach: 1.5 }],
  },
};

if (isMain(import.meta)) await runAsProgram(example);

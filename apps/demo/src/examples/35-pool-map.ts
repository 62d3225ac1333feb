import { isMain, ProcessPool } from '@manycore/pool';
import type { Example } from '../catalogue/example.js';
import { claim } from '../expectation/claim.js';
import { only } from '../recording/recording.js';
import { runAsProgram } from '../runner/run-as-program.js';
import { scaledSeconds } from '../spelling/seconds.js';
import { python } from '../spelling/python.js';
import { cube, numbers, slowCube } from '../workload/cube.js';

async function main(): Promise<void> {
  await using pool = new ProcessPool({ workers: 4 });
  console.log(python(await pool.map(cube, numbers)));

  await pool.map(slowCube, numbers); // Slowly, for the picture.
}

export const example: Example = {
  title: 'Pool.map: all together',
  purpose:
    'map shares a list out to the workers and gives the results in the order of the list.',
  main,
  expected: ['[1, 8, 27, 64, 125, 216]'],
  check: ({ recording, scale }) => [
    claim(
      `each call took ${scaledSeconds(0.5, scale)} or more`,
      only(recording, 'span').every((span) => span.to - span.from >= 500 * scale),
    ),
  ],
  python: 'Pool.map does the same, results in the order of the arguments.',
  figure: {
    caption:
      'Six calls on four workers, so at most four at a time; the colour tells which worker took which call.',
    parts: [{ kind: 'timeline', colorBy: 'label' }],
  },
};

if (isMain(import.meta)) await runAsProgram(example);

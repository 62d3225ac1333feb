import { isMain, ProcessPool } from '@manycore/pool';
import type { Example } from '../catalogue/example.js';
import { claim } from '../expectation/claim.js';
import { runAsProgram } from '../runner/run-as-program.js';
import { scaledSeconds } from '../spelling/seconds.js';
import { python } from '../spelling/python.js';
import { chartOf, ganttChart, type Span } from '../time/gantt.js';
import { cube, numbers, slowCube } from './cube.js';

async function main(): Promise<readonly Span[]> {
  await using pool = new ProcessPool({ workers: 4 });
  console.log(python(await pool.map(cube, numbers)));

  const spans = await pool.map(slowCube, numbers);
  console.log(ganttChart(spans).join('\n'));
  return spans;
}

export const example: Example<readonly Span[]> = {
  title: 'Pool.map: all together',
  main,
  expected: ['[1, 8, 27, 64, 125, 216]', chartOf(...numbers.map((x) => `cube(${x})`))],
  check: ({ facts: spans, scale }) => [
    claim(
      `each call took ${scaledSeconds(0.5, scale)} or more`,
      spans.every((span) => span.to - span.from >= 500 * scale),
    ),
  ],
  note: 'map hands the numbers out to the four workers, and puts the results in the order of the numbers.',
};

if (isMain(import.meta)) await runAsProgram(example);

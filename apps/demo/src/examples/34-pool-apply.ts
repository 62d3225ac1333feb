import { isMain, ProcessPool } from '@manycore/pool';
import type { Example } from '../catalogue/example.js';
import { claim } from '../expectation/claim.js';
import { runAsProgram } from '../runner/run-as-program.js';
import { python } from '../spelling/python.js';
import { chartOf, ganttChart, type Span } from '../time/gantt.js';
import { cube, numbers, slowCube } from './cube.js';

async function main(): Promise<readonly Span[]> {
  await using pool = new ProcessPool({ workers: 4 });
  const results: number[] = [];
  for (const x of numbers) results.push(await pool.apply(cube, [x]));
  console.log(python(results));

  const spans: Span[] = [];
  for (const x of numbers) spans.push(await pool.apply(slowCube, [x]));
  console.log(ganttChart(spans).join('\n'));
  return spans;
}

export const example: Example<readonly Span[]> = {
  title: 'Pool.apply: one at a time',
  main,
  expected: ['[1, 8, 27, 64, 125, 216]', chartOf(...numbers.map((x) => `cube(${x})`))],
  check: ({ facts: spans }) => [
    claim(
      'each call began after the one before had ended',
      spans.every((span, index) => span.from >= (spans[index - 1]?.to ?? 0)),
    ),
  ],
  note: 'apply waits for its result before it returns: four workers, but only one is ever busy.',
};

if (isMain(import.meta)) await runAsProgram(example);

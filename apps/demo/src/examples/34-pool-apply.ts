import { isMain, ProcessPool } from '@manycore/pool';
import type { Example } from '../catalogue/example.js';
import { claim } from '../expectation/claim.js';
import { only } from '../recording/recording.js';
import { runAsProgram } from '../runner/run-as-program.js';
import { python } from '../spelling/python.js';
import { cube, numbers, slowCube } from '../workload/cube.js';

async function main(): Promise<void> {
  await using pool = new ProcessPool({ workers: 4 });
  const results: number[] = [];
  for (const x of numbers) results.push(await pool.apply(cube, [x]));
  console.log(python(results));

  for (const x of numbers) await pool.apply(slowCube, [x]); // Slowly, for the picture.
}

export const example: Example = {
  title: 'Pool.apply: one at a time',
  purpose:
    'apply calls a function in a worker and waits for its result before the next: simple, but nothing happens at the same time.',
  main,
  expected: ['[1, 8, 27, 64, 125, 216]'],
  check: ({ recording }) => [
    claim(
      'each call began after the one before had ended',
      only(recording, 'span').every((span, i, spans) => span.from >= (spans[i - 1]?.to ?? 0)),
    ),
  ],
  python: 'Pool.apply waits for its result in both; here it is awaited, so main is not blocked.',
  figure: {
    caption:
      'Six calls, one after the other: there are four workers, but only one is ever busy.',
    parts: [{ kind: 'timeline', colorBy: 'label' }],
  },
};

if (isMain(import.meta)) await runAsProgram(example);

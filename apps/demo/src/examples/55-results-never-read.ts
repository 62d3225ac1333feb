import { isMain, ProcessPool } from 'manycore';
import type { Example } from '../catalogue/example.js';
import { anyOrder } from '../expectation/expectation.js';
import { runAsProgram } from '../runner/run-as-program.js';
import { now } from '../time/clock.js';
import { finished, printFinished } from '../workload/finish-line.js';
import { sleepAndReturn } from '../workload/sleeper.js';

const allSeconds = [5, 4, 3, 2, 1];

async function main(): Promise<void> {
  const start = now();
  {
    await using pool = new ProcessPool({ workers: 5 });
    pool.mapAsync(sleepAndReturn, allSeconds);
  }
  printFinished(start);
}

export const example: Example = {
  title: 'Results that are never read: leaving the block still waits',
  purpose:
    'Leaving the block of an executor waits for all that was submitted, whether a result is read or not.',
  main,
  expected: (scale) => [
    anyOrder(...allSeconds.map((seconds) => `Sleeping ${seconds} second(s)...`)),
    finished(5, scale),
  ],
  python:
    'with ProcessPoolExecutor() waits on leaving, await using does so here.',
  figure: {
    caption:
      'No result is read, and yet main finishes only after the longest call.',
    parts: [{ kind: 'timeline', lanes: ['MainProcess'] }],
  },
};

if (isMain(import.meta)) await runAsProgram(example);

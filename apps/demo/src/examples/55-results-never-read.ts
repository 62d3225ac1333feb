import { isMain, ProcessPool } from 'manycore';
import type { Example } from '../catalogue/example.js';
import { anyOrder } from '../expectation/expectation.js';
import { runAsProgram } from '../runner/run-as-program.js';
import { now } from '../time/clock.js';
import { finished, printFinished } from './finish-line.js';
import { sleepAndReturn } from './sleeper.js';

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
  title: 'Results that nobody reads: leaving the block still waits',
  main,
  expected: (scale) => [
    anyOrder(...allSeconds.map((seconds) => `Sleeping ${seconds} second(s)...`)),
    finished(5, scale),
  ],
};

if (isMain(import.meta)) await runAsProgram(example);

import { isMain, ProcessPool } from 'manycore';
import type { Example } from '../catalogue/example.js';
import { anyOrder, sequence } from '../expectation/expectation.js';
import { runAsProgram } from '../runner/run-as-program.js';
import { now } from '../time/clock.js';
import { finished, printFinished } from './finish-line.js';
import { sleepAndReturn } from './sleeper.js';

const allSeconds = [5, 4, 3, 2, 1];

async function main(): Promise<void> {
  const start = now();
  await using pool = new ProcessPool({ workers: 5 });
  for await (const result of pool.imap(sleepAndReturn, allSeconds)) console.log(result);
  printFinished(start);
}

export const example: Example = {
  title: 'Executor.map: results in the order of the arguments',
  main,
  expected: (scale) => [
    anyOrder(
      ...allSeconds.map((seconds) => `Sleeping ${seconds} second(s)...`),
      sequence(...allSeconds.map((seconds) => `Done Sleeping...${seconds}`)),
    ),
    finished(5, scale),
  ],
  note: "Python's Executor.map hands out results one by one, in order; so does imap here, while map resolves to all at once.",
};

if (isMain(import.meta)) await runAsProgram(example);

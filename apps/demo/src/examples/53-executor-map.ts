import { isMain, ProcessPool } from 'manycore';
import type { Example } from '../catalogue/example.js';
import { anyOrder, sequence } from '../expectation/expectation.js';
import { record } from '../recording/recorder.js';
import { runAsProgram } from '../runner/run-as-program.js';
import { now } from '../time/clock.js';
import { finished, printFinished } from '../workload/finish-line.js';
import { sleepAndReturn } from '../workload/sleeper.js';

const allSeconds = [5, 4, 3, 2, 1];

async function main(): Promise<void> {
  const start = now();
  await using pool = new ProcessPool({ workers: 5 });
  for await (const result of pool.imap(sleepAndReturn, allSeconds)) {
    console.log(result);
    record.moment('MainProcess', `result ${result.slice(-1)}`);
  }
  printFinished(start);
}

export const example: Example = {
  title: 'Executor.map: results in the order of the arguments',
  purpose:
    'map gives results in the order of the arguments, even when a later one is done first.',
  main,
  expected: (scale) => [
    anyOrder(
      ...allSeconds.map((seconds) => `Sleeping ${seconds} second(s)...`),
      sequence(...allSeconds.map((seconds) => `Done Sleeping...${seconds}`)),
    ),
    finished(5, scale),
  ],
  python:
    "Python's Executor.map gives results one by one, in order; so does imap here, while map resolves to all at once.",
  figure: {
    caption:
      'The call of 5 seconds is the first to be given, so its result is the first to come, although others may be done before it.',
    parts: [{ kind: 'timeline', lanes: ['MainProcess'] }],
  },
};

if (isMain(import.meta)) await runAsProgram(example);

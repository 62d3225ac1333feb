import { isMain, Process } from 'manycore';
import type { Example } from '../catalogue/example.js';
import { anyOrder, sequence } from '../expectation/expectation.js';
import { runAsProgram } from '../runner/run-as-program.js';
import { now } from '../time/clock.js';
import { finished, printFinished } from '../workload/finish-line.js';
import { sleepAndTell } from '../workload/sleeper.js';

async function main(): Promise<void> {
  const start = now();
  const p1 = new Process({ target: sleepAndTell, args: [1] });
  const p2 = new Process({ target: sleepAndTell, args: [1] });
  p1.start();
  p2.start();
  await p1.join();
  await p2.join();
  printFinished(start);
}

const sleeper = sequence('Sleeping 1 second(s)...', 'Done Sleeping...1');

export const example: Example = {
  title: 'Two processes, joined',
  purpose:
    'With join, main waits: the two calls now take as long as one.',
  main,
  expected: (scale) => [anyOrder(sleeper, sleeper), finished(1, scale)],
  python:
    'start and join as in Python; here join is awaited.',
  figure: {
    caption:
      'Both sleep, and main finishes after the later one.',
    parts: [{ kind: 'timeline', lanes: ['MainProcess'] }],
  },
};

if (isMain(import.meta)) await runAsProgram(example);

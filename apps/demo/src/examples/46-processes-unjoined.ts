import { isMain, Process } from 'manycore';
import type { Example } from '../catalogue/example.js';
import { anyOrder, sequence } from '../expectation/expectation.js';
import { runAsProgram } from '../runner/run-as-program.js';
import { now } from '../time/clock.js';
import { finished, printFinished } from '../workload/finish-line.js';
import { sleepAndTell } from '../workload/sleeper.js';

function main(): Promise<void> {
  const start = now();
  const p1 = new Process({ target: sleepAndTell, args: [1] });
  const p2 = new Process({ target: sleepAndTell, args: [1] });
  p1.start();
  p2.start();
  printFinished(start);
  return Promise.resolve();
}

const sleeper = sequence('Sleeping 1 second(s)...', 'Done Sleeping...1');

export const example: Example = {
  title: 'Two processes, not joined',
  purpose:
    'A program that starts processes and does not join them is done with its own lines at once.',
  main,
  expected: (scale) => [finished(0, scale), anyOrder(sleeper, sleeper)],
  python:
    'The same order: Finished comes first, and the program still ends only when its processes have.',
  figure: {
    caption:
      'main has finished before its processes have begun to sleep; they sleep side by side.',
    parts: [{ kind: 'timeline', lanes: ['MainProcess'] }],
  },
  note: 'main is finished before its processes have begun to sleep; the program ends when they do.',
};

if (isMain(import.meta)) await runAsProgram(example);

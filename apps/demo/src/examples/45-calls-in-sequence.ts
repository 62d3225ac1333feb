import { isMain } from 'manycore';
import type { Example } from '../catalogue/example.js';
import { runAsProgram } from '../runner/run-as-program.js';
import { now } from '../time/clock.js';
import { finished, printFinished } from '../workload/finish-line.js';
import { sleepAndTell } from '../workload/sleeper.js';

function main(): Promise<void> {
  const start = now();
  sleepAndTell(1);
  sleepAndTell(1);
  printFinished(start);
  return Promise.resolve();
}

export const example: Example = {
  title: 'Two calls, one after the other',
  purpose:
    'What there is to gain: two calls that only sleep, one after the other, take as long as both together.',
  main,
  expected: (scale) => [
    'Sleeping 1 second(s)...',
    'Done Sleeping...1',
    'Sleeping 1 second(s)...',
    'Done Sleeping...1',
    finished(2, scale),
  ],
  python:
    'time.sleep and the lines are the same; a second is shortened here, unless --real-time is given.',
  figure: {
    caption:
      'Two calls in sequence in the one process that there is.',
    parts: [{ kind: 'timeline', lanes: ['MainProcess'] }],
  },
};

if (isMain(import.meta)) await runAsProgram(example);

import { isMain } from 'manycore';
import type { Example } from '../catalogue/example.js';
import { runAsProgram } from '../runner/run-as-program.js';
import { now } from '../time/clock.js';
import { finished, printFinished } from './finish-line.js';
import { sleepAndTell } from './sleeper.js';

function main(): Promise<void> {
  const start = now();
  sleepAndTell(1);
  sleepAndTell(1);
  printFinished(start);
  return Promise.resolve();
}

export const example: Example = {
  title: 'Corey Schafer: two calls, one after the other',
  main,
  expected: (scale) => [
    'Sleeping 1 second(s)...',
    'Done Sleeping...1',
    'Sleeping 1 second(s)...',
    'Done Sleeping...1',
    finished(2, scale),
  ],
};

if (isMain(import.meta)) await runAsProgram(example);

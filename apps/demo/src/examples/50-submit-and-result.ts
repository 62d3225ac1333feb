import { isMain, ProcessPool } from 'manycore';
import type { Example } from '../catalogue/example.js';
import { anyOrder, sequence } from '../expectation/expectation.js';
import { runAsProgram } from '../runner/run-as-program.js';
import { now } from '../time/clock.js';
import { finished, printFinished } from '../workload/finish-line.js';
import { sleepAndReturn } from '../workload/sleeper.js';

async function main(): Promise<void> {
  const start = now();
  await using pool = new ProcessPool();
  const f = pool.submit(sleepAndReturn, 1);
  console.log(await f.result());
  printFinished(start);

  const startOfTwo = now();
  const f1 = pool.submit(sleepAndReturn, 1);
  const f2 = pool.submit(sleepAndReturn, 1);
  console.log(await f1.result());
  console.log(await f2.result());
  printFinished(startOfTwo);
}

const sleeper = sequence('Sleeping 1 second(s)...', 'Done Sleeping...1');

export const example: Example = {
  title: 'Executor: submit one, then two, and their results',
  purpose:
    'An executor runs functions in processes that it keeps: submit returns a future, and result waits for it.',
  main,
  expected: (scale) => [
    sleeper,
    finished(1, scale),
    anyOrder(sleeper, sleeper),
    finished(1, scale),
  ],
  python:
    'submit and result are the same; result is awaited here.',
  figure: {
    caption:
      'One call, whose result is read before the next is submitted; then two, which overlap if a second worker has started by then.',
    parts: [{ kind: 'timeline', lanes: ['MainProcess'] }],
  },
};

if (isMain(import.meta)) await runAsProgram(example);

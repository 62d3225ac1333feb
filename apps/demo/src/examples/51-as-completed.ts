import { asCompleted, isMain, ProcessPool } from 'manycore';
import type { Example } from '../catalogue/example.js';
import { anyOrder, sequence } from '../expectation/expectation.js';
import { runAsProgram } from '../runner/run-as-program.js';
import { now } from '../time/clock.js';
import { finished, printFinished } from '../workload/finish-line.js';
import { sleepAndReturn } from '../workload/sleeper.js';

const count = 10;

async function main(): Promise<void> {
  const start = now();
  await using pool = new ProcessPool({ workers: count });
  const futures = Array.from({ length: count }, () => pool.submit(sleepAndReturn, 1));
  for await (const future of asCompleted(futures)) {
    console.log(await future.result());
  }
  printFinished(start);
}

const sleeper = sequence('Sleeping 1 second(s)...', 'Done Sleeping...1');

export const example: Example = {
  title: 'Ten submits, and as_completed',
  purpose:
    'as_completed gives the futures in the order in which they are done, not in that of their submission.',
  main,
  expected: (scale) => [
    anyOrder(...Array.from({ length: count }, () => sleeper)),
    finished(1, scale),
  ],
  python:
    'The same function; here it is read with for await.',
  figure: {
    caption:
      'Ten calls, shared out to the workers as they start; then they sleep side by side.',
    parts: [{ kind: 'timeline', lanes: ['MainProcess'] }],
  },
};

if (isMain(import.meta)) await runAsProgram(example);

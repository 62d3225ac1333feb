import { isMain, Process } from 'manycore';
import type { Example } from '../catalogue/example.js';
import { anyOrder, sequence } from '../expectation/expectation.js';
import { runAsProgram } from '../runner/run-as-program.js';
import { now } from '../time/clock.js';
import { finished, printFinished } from '../workload/finish-line.js';
import { sleepAndTell } from '../workload/sleeper.js';

const count = 10;

async function main(): Promise<void> {
  const start = now();
  const processes: Process<typeof sleepAndTell>[] = [];
  for (let i = 0; i < count; i += 1) {
    const p = new Process({ target: sleepAndTell, args: [1.5] });
    p.start();
    processes.push(p);
  }
  for (const p of processes) await p.join();
  printFinished(start);
}

const sleeper = sequence('Sleeping 1.5 second(s)...', 'Done Sleeping...1.5');

export const example: Example = {
  title: 'Ten processes with an argument',
  purpose:
    'The same with an argument: how long to sleep.',
  main,
  expected: (scale) => [
    anyOrder(...Array.from({ length: count }, () => sleeper)),
    finished(1.5, scale),
  ],
  python:
    'args is a list in both; in Python it must hold what can be pickled, here what can be cloned.',
  figure: {
    caption:
      'Ten processes, each told to sleep for one and a half demo seconds.',
    parts: [{ kind: 'timeline', lanes: ['MainProcess'] }],
  },
};

if (isMain(import.meta)) await runAsProgram(example);

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
    const p = new Process({ target: sleepAndTell, args: [1] });
    p.start();
    processes.push(p);
  }
  for (const p of processes) await p.join();
  printFinished(start);
}

const sleeper = sequence('Sleeping 1 second(s)...', 'Done Sleeping...1');

export const example: Example = {
  title: 'Ten processes in a loop',
  purpose:
    'Ten calls in the time of one: processes in a list, started in one loop and joined in a second.',
  main,
  expected: (scale) => [
    anyOrder(...Array.from({ length: count }, () => sleeper)),
    finished(1, scale),
  ],
  python:
    'The same two loops; joining inside the first would run one process at a time in both languages.',
  figure: {
    caption:
      'Ten processes that sleep side by side. Each bar begins when its process has started.',
    parts: [{ kind: 'timeline', lanes: ['MainProcess'] }],
  },
};

if (isMain(import.meta)) await runAsProgram(example);

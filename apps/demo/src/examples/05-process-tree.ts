import { isMain, Process } from '@manycore/process';
import type { Example } from '../catalogue/example.js';
import { claim } from '../expectation/claim.js';
import { anyOrder, line } from '../expectation/expectation.js';
import { integer } from '../expectation/placeholder.js';
import { record } from '../recording/recorder.js';
import { runAsProgram } from '../runner/run-as-program.js';

export function square(): void {
  report('square');
}

export function cube(): void {
  report('cube');
}

/** Tells which process this is, and which process started it. */
function report(target: string): void {
  console.log(`${target}: PID ${process.pid}, parent ${process.ppid}`);
  record.fact(target, 'PID', process.pid);
  record.fact(target, 'parent', process.ppid);
  record.message('main program', target, 'starts');
}

async function main(): Promise<void> {
  console.log(`main program: PID ${process.pid}`);
  record.fact('main program', 'PID', process.pid);
  const processes = [square, cube].map((target) => new Process({ target }).start());
  for (const p of processes) await p.join();
}

export const example: Example = {
  title: 'Diagram: the process tree',
  purpose:
    'Whom did the operating system start, and by whom? A process knows its own id and the id of its parent.',
  main,
  expected: [
    line('main program: PID {root}', { root: integer }),
    anyOrder(
      line('square: PID {pid}, parent {parent}', { pid: integer, parent: integer }),
      line('cube: PID {pid}, parent {parent}', { pid: integer, parent: integer }),
    ),
  ],
  check: (run) => [
    claim('three process ids', new Set([run.value('root'), ...run.values('pid')]).size === 3),
    claim(
      'both are children of main',
      run.values('parent').every((parent) => parent === run.value('root')),
    ),
  ],
  python: 'The same tree: here as there, each Process is a child process of its own.',
  figure: {
    caption: 'The tree of this run, with the ids that the operating system gave.',
    parts: [{ kind: 'graph' }],
  },
};

if (isMain(import.meta)) await runAsProgram(example);

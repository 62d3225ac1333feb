import { isMain, Process } from '@manycore/process';
import type { Example } from '../catalogue/example.js';
import { beside, box } from '../drawing/box.js';
import { claim } from '../expectation/claim.js';
import { drawing, line } from '../expectation/expectation.js';
import { integer, padded } from '../expectation/placeholder.js';
import { runAsProgram } from '../runner/run-as-program.js';

/** What a process says of itself: its own id, and its parent's. */
export interface Place {
  readonly pid: number;
  readonly parent: number;
}

export function square(): Place {
  return { pid: process.pid, parent: process.ppid };
}

export function cube(): Place {
  return { pid: process.pid, parent: process.ppid };
}

interface Tree {
  readonly root: number;
  readonly children: readonly Place[];
}

const width = 18;

async function main(): Promise<Tree> {
  const targets = [square, cube];
  const processes = targets.map((target) => new Process({ target }).start());
  const children = await Promise.all(processes.map((p) => p.result));
  for (const p of processes) await p.join();

  const [left, right] = children.map(({ pid }, index) =>
    box([`PID ${pid}`, targets[index]?.name ?? ''], width),
  );
  const root = box([`PID ${process.pid}`, 'main program'], width);
  console.log(root.map((text) => `           ${text}`).join('\n'));
  console.log('          ┌─────────┴──────────┐');
  console.log('          ▼                    ▼');
  console.log(beside([left ?? [], right ?? []], ' ').join('\n'));
  return { root: process.pid, children };
}

const pid = padded(integer);

export const example: Example<Tree> = {
  title: 'Diagram: the process tree',
  main,
  expected: [
    drawing(
      '           ┌──────────────────┐',
      line('           │ PID {root}│', { root: pid }),
      '           │ main program     │',
      '           └──────────────────┘',
      '          ┌─────────┴──────────┐',
      '          ▼                    ▼',
      '┌──────────────────┐ ┌──────────────────┐',
      line('│ PID {left}│ │ PID {right}│', { left: pid, right: pid }),
      '│ square           │ │ cube             │',
      '└──────────────────┘ └──────────────────┘',
    ),
  ],
  check: ({ facts: { root, children } }) => [
    claim('three process ids', new Set([root, ...children.map((child) => child.pid)]).size === 3),
    claim(
      'both are children of main',
      children.every((child) => child.parent === root),
    ),
  ],
};

if (isMain(import.meta)) await runAsProgram(example);

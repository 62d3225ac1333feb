import { isMain, Process } from '@manycore/process';
import { Thread } from '@manycore/thread';
import type { Example } from '../catalogue/example.js';
import { record } from '../recording/recorder.js';
import { runAsProgram } from '../runner/run-as-program.js';

let x = 0;

/** Increments the variable of this module, and returns what it then is here. */
export function incrementX(): number {
  x += 1;
  return x;
}

/** Increments the first number of an array in shared memory. */
export function incrementShared(numbers: Int32Array<SharedArrayBuffer>): void {
  Atomics.add(numbers, 0, 1);
}

async function main(): Promise<void> {
  const p = new Process({ target: incrementX }).start();
  const inProcess = await p.result;
  console.log(`x in the process: ${inProcess}`);
  await p.join();
  console.log(`x in the parent, after the process: ${x}`);
  record.fact('process', 'x', inProcess);
  record.fact('main', 'x after the process', x);
  record.message('main', 'process', 'starts');

  const t = new Thread({ target: incrementX }).start();
  const inThread = await t.result;
  console.log(`x in the thread: ${inThread}`);
  await t.join();
  console.log(`x in the parent, after the thread: ${x}`);
  record.fact('thread', 'x', inThread);
  record.fact('main', 'x after the thread', x);
  record.message('main', 'thread', 'starts');

  const shared = new Int32Array(new SharedArrayBuffer(4));
  const t2 = new Thread({ target: incrementShared, args: [shared] }).start();
  await t2.join();
  console.log(`x in shared memory, after a thread: ${shared[0] ?? NaN}`);
  record.fact('shared memory', 'x', shared[0] ?? NaN);
  record.message('main', 'shared memory', 'reads');
}

export const example: Example = {
  title: 'Each process has a memory space of its own',
  purpose:
    'A process has its own copy of every variable: what it changes, its parent does not see. To share a number, put it into shared memory.',
  main,
  expected: [
    'x in the process: 1',
    'x in the parent, after the process: 0',
    'x in the thread: 1',
    'x in the parent, after the thread: 0',
    'x in shared memory, after a thread: 1',
  ],
  python:
    'A process behaves the same; a thread differs: in Python it shares every variable, so x would be 1 in the parent, here threads share only memory that was made for it.',
  figure: {
    caption:
      'x, wherever it exists: the process and the thread each changed a copy of their own, and only the number in shared memory changed for main.',
    parts: [{ kind: 'graph' }],
  },
};

if (isMain(import.meta)) await runAsProgram(example);

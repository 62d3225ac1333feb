import { isMain, Process } from '@manycore/process';
import { Thread } from '@manycore/thread';
import type { Example } from '../catalogue/example.js';
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
  console.log(`x in the process: ${await p.result}`);
  await p.join();
  console.log(`x in the parent, after the process: ${x}`);

  const t = new Thread({ target: incrementX }).start();
  console.log(`x in the thread: ${await t.result}`);
  await t.join();
  console.log(`x in the parent, after the thread: ${x}`);

  const shared = new Int32Array(new SharedArrayBuffer(4));
  const t2 = new Thread({ target: incrementShared, args: [shared] }).start();
  await t2.join();
  console.log(`x in shared memory, after a thread: ${shared[0] ?? NaN}`);
}

export const example: Example = {
  title: 'Each process has a memory space of its own',
  main,
  expected: [
    'x in the process: 1',
    'x in the parent, after the process: 0',
    'x in the thread: 1',
    'x in the parent, after the thread: 0',
    'x in shared memory, after a thread: 1',
  ],
  note: "Python's threads share every variable: there x is 1 in the parent after the thread. A thread of JavaScript has variables of its own; what threads share is memory made for it.",
};

if (isMain(import.meta)) await runAsProgram(example);

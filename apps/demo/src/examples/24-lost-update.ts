import { Semaphore } from '@manycore/sync';
import { isMain, Thread } from '@manycore/thread';
import type { Example } from '../catalogue/example.js';
import { record } from '../recording/recorder.js';
import { runAsProgram } from '../runner/run-as-program.js';

/** Reads x, passes the turn on, and writes x + 1 when the turn comes back. */
export function incrementInTurns(
  name: string,
  x: Int32Array<SharedArrayBuffer>,
  myTurn: Semaphore,
  otherTurn: Semaphore,
): void {
  myTurn.acquireSync();
  const value = Atomics.load(x, 0);
  console.log(`${name} reads ${value}`);
  record.message('x', name, `reads ${value}`);
  otherTurn.release();

  myTurn.acquireSync();
  Atomics.store(x, 0, value + 1);
  console.log(`${name} writes ${value + 1}`);
  record.message(name, 'x', `writes ${value + 1}`);
  otherTurn.release();
}

async function main(): Promise<void> {
  const x = new Int32Array(new SharedArrayBuffer(4)).fill(10);
  const turn1 = new Semaphore(1);
  const turn2 = new Semaphore(0);
  console.log(`x = ${x[0] ?? NaN}`);
  const t1 = new Thread({ target: incrementInTurns, args: ['T1', x, turn1, turn2] });
  const t2 = new Thread({ target: incrementInTurns, args: ['T2', x, turn2, turn1] });
  t1.start();
  t2.start();
  await t1.join();
  await t2.join();
  console.log(`x = ${x[0] ?? NaN}, not 12`);
  record.moment('x', `is ${x[0] ?? NaN}`);
}

export const example: Example = {
  title: 'How an update is lost: 10 becomes 11 instead of 12',
  purpose:
    'The race in slow motion: two threads take turns so that both read 10 before either writes, and two increments add only 1.',
  main,
  expected: [
    'x = 10',
    'T1 reads 10',
    'T2 reads 10',
    'T1 writes 11',
    'T2 writes 11',
    'x = 11, not 12',
  ],
  python:
    'The same interleaving is possible in Python between the steps of x += 1; here two semaphores force it, so it happens in every run.',
  figure: {
    caption:
      'Both threads read 10 before one has written. The second write repeats the first: the value is 11, not 12.',
    parts: [{ kind: 'sequence', lanes: ['T1', 'x', 'T2'] }],
  },
};

if (isMain(import.meta)) await runAsProgram(example);

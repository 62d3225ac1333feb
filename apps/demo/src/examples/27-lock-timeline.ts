import { Lock, Semaphore } from '@manycore/sync';
import { isMain, Thread } from '@manycore/thread';
import type { Example } from '../catalogue/example.js';
import { record } from '../recording/recorder.js';
import { runAsProgram } from '../runner/run-as-program.js';

/** Takes the lock first, and holds it until T1 has been refused. */
export function t2(
  x: Int32Array<SharedArrayBuffer>,
  lock: Lock,
  turn1: Semaphore,
  turn2: Semaphore,
): void {
  lock.acquireSync();
  const value = Atomics.load(x, 0);
  console.log(`T2 acquires the lock and reads ${value}`);
  record.message('T2', 'lock', 'acquires');
  record.message('x', 'T2', `reads ${value}`);
  turn1.release();
  turn2.acquireSync();
  Atomics.store(x, 0, value + 1);
  console.log(`T2 writes ${value + 1} and releases the lock`);
  record.message('T2', 'x', `writes ${value + 1}`);
  record.message('T2', 'lock', 'releases');
  lock.release();
}

/** Tries when T2 holds the lock, then waits for it. */
export function t1(
  x: Int32Array<SharedArrayBuffer>,
  lock: Lock,
  turn1: Semaphore,
  turn2: Semaphore,
): void {
  turn1.acquireSync();
  const guard = lock.tryAcquire();
  console.log(`T1 tries the lock and is ${guard ? 'let in' : 'refused'}`);
  record.message('T1', 'lock', guard ? 'is let in' : 'is refused');
  turn2.release();
  lock.acquireSync();
  const value = Atomics.load(x, 0);
  console.log(`T1 acquires the lock and reads ${value}`);
  record.message('T1', 'lock', 'acquires');
  record.message('x', 'T1', `reads ${value}`);
  Atomics.store(x, 0, value + 1);
  console.log(`T1 writes ${value + 1} and releases the lock`);
  record.message('T1', 'x', `writes ${value + 1}`);
  record.message('T1', 'lock', 'releases');
  lock.release();
}

async function main(): Promise<void> {
  const x = new Int32Array(new SharedArrayBuffer(4)).fill(10);
  const lock = new Lock();
  const turn1 = new Semaphore(0);
  const turn2 = new Semaphore(0);
  const first = new Thread({ target: t1, args: [x, lock, turn1, turn2] }).start();
  const second = new Thread({ target: t2, args: [x, lock, turn1, turn2] }).start();
  await first.join();
  await second.join();
  console.log(`x = ${x[0] ?? NaN}`);
  record.moment('x', `is ${x[0] ?? NaN}`);
}

export const example: Example = {
  title: 'Diagram: how the lock leads from 10 to 12',
  purpose:
    'How a lock prevents the lost update: the second thread is refused until the first has written, and reads the new value.',
  main,
  expected: [
    'T2 acquires the lock and reads 10',
    'T1 tries the lock and is refused',
    'T2 writes 11 and releases the lock',
    'T1 acquires the lock and reads 11',
    'T1 writes 12 and releases the lock',
    'x = 12',
  ],
  python: 'The same steps with threading.Lock; acquire(blocking=False) is tryAcquire here.',
  figure: {
    caption:
      'T1 is refused while T2 holds the lock. When its turn comes it reads 11, not 10, so the value becomes 12.',
    parts: [{ kind: 'sequence', lanes: ['T1', 'lock', 'T2', 'x'] }],
  },
};

if (isMain(import.meta)) await runAsProgram(example);

import type { Lock } from '@manycore/sync';

/** The variable that two threads change, and the place where they wait for each other to begin. */
export interface SharedCounter {
  /** The number itself, in its first element. */
  readonly x: Int32Array<SharedArrayBuffer>;
  /** How many threads have arrived, in its first element. */
  readonly arrived: Int32Array<SharedArrayBuffer>;
}

export const parties = 2;
export const perThread = 100_000;

export function newCounter(): SharedCounter {
  return {
    x: new Int32Array(new SharedArrayBuffer(4)),
    arrived: new Int32Array(new SharedArrayBuffer(4)),
  };
}

/** `x += 1` in two steps, 100 000 times: an update of the other thread between them is lost. */
export function addWithoutLock(counter: SharedCounter): void {
  waitForOthers(counter);
  for (let i = 0; i < perThread; i += 1) increment(counter);
}

/** The same, each increment under the lock. */
export function addWithLock(counter: SharedCounter, lock: Lock): void {
  waitForOthers(counter);
  for (let i = 0; i < perThread; i += 1) {
    lock.acquireSync();
    increment(counter);
    lock.release();
  }
}

/** The threads begin together: one would otherwise be done before the other has started. */
function waitForOthers({ arrived }: SharedCounter): void {
  Atomics.add(arrived, 0, 1);
  while (Atomics.load(arrived, 0) < parties);
}

function increment({ x }: SharedCounter): void {
  const value = Atomics.load(x, 0);
  Atomics.store(x, 0, value + 1);
}

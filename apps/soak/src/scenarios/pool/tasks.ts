// What runs in the pools' workers.
import { setTimeout as sleep } from 'node:timers/promises';
import { currentTask } from '@manycore/pool';

export const double = (n: number): number => 2 * n;

export const add = (a: number, b: number): number => a + b;

export async function doubleLater(n: number, delay: number): Promise<number> {
  await sleep(delay);
  return 2 * n;
}

export function fail(text: string): never {
  throw new RangeError(text);
}

export function failAt(n: number): number {
  if (n < 0) throw new RangeError(`item ${n}`);
  return 2 * n;
}

export const exit = (code: number): never => process.exit(code);

/** Obeys an abort, or does not. */
export async function spin(obeys: boolean): Promise<string> {
  const { signal } = currentTask();
  if (!obeys) for (;;);
  while (!signal.aborted) await sleep(1);
  return 'stopped';
}

/** Fails until its last attempt. */
export function succeedAt(attempt: number): number {
  const task = currentTask();
  if (task.attempt < attempt) throw new RangeError(`attempt ${task.attempt}`);
  return task.attempt;
}

/** Its worker dies soon, whatever it does by then: a process by a signal, a thread by an error. */
export function dieSoon(delay: number): void {
  setTimeout(() => process.exit(9), delay);
}

export const pid = (): number => process.pid;

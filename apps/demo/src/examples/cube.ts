import { now } from '../time/clock.js';
import type { Span } from '../time/gantt.js';
import { sleepSync } from '../time/sleep.js';

export const numbers: readonly number[] = [1, 2, 3, 4, 5, 6];

export function cube(x: number): number {
  return x ** 3;
}

/** Takes half a second over a cube, and returns when that was. */
export function slowCube(x: number): Span {
  const from = now();
  sleepSync(0.5);
  return { lane: `cube(${x})`, from, to: now() };
}

import { record } from '../recording/recorder.js';
import { sleepSync } from '../time/sleep.js';
import { ownLane } from './lane.js';

export const numbers: readonly number[] = [1, 2, 3, 4, 5, 6];

export function cube(x: number): number {
  return x ** 3;
}

/** Takes half a second over a cube, and records when that was. */
export function slowCube(x: number): number {
  return record.during(`cube(${x})`, ownLane(), () => {
    sleepSync(0.5);
    return cube(x);
  });
}

import { record } from '../recording/recorder.js';
import { sleepSync } from '../time/sleep.js';
import { ownLane } from './lane.js';

/** Says that it sleeps, sleeps, and says that it has. */
export function sleepAndTell(seconds: number): void {
  console.log(sleepAndReturn(seconds));
}

/** Says that it sleeps, sleeps, and returns what it would say then. */
export function sleepAndReturn(seconds: number): string {
  console.log(`Sleeping ${seconds} second(s)...`);
  record.during(ownLane(), `${seconds} s`, () => sleepSync(seconds));
  return `Done Sleeping...${seconds}`;
}

import type { Queue } from '@manycore/queue';
import { record } from '../recording/recorder.js';
import { ownLane } from './lane.js';
import { randString } from './rand-string.js';

/** A string, and which of the processes made it. */
export type Placed = readonly [position: number, text: string];

export function putPlacedString(length: number, position: number, output: Queue<Placed>): void {
  const text = randString(length);
  record.message(ownLane(), 'queue', `(${position}, '${text}')`);
  output.putSync([position, text]);
}

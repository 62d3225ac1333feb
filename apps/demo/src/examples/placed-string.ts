import type { Queue } from '@manycore/queue';
import { randString } from './rand-string.js';

/** A string, and which of the processes made it. */
export type Placed = readonly [position: number, text: string];

export function putPlacedString(length: number, position: number, output: Queue<Placed>): void {
  output.putSync([position, randString(length)]);
}

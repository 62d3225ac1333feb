import { largestWindow } from './worker-rings.js';

/**
 * How much work (ms) a worker may have ahead: what it costs to wake it for the next task, many times over. So tasks
 * of a millisecond go two at a time, and while one runs the next is there.
 */
const ahead = 3;

/** How much of the difference a new run time moves the average by. */
const weight = 1 / 8;

/** How many tasks a worker may have in flight, by the run times of its last ones: a power of two. */
export class Window {
  #average: number;
  #size = 1;

  constructor(average: number) {
    this.#average = average;
    this.#size = sizeOf(average);
  }

  get size(): number {
    return this.#size;
  }

  /** A task ran for `time` milliseconds. Whether the size has changed. */
  note(time: number): boolean {
    this.#average += (time - this.#average) * weight;
    if (this.#size === largestWindow && this.#average * largestWindow <= ahead) return false;
    const size = sizeOf(this.#average);
    if (size === this.#size) return false;
    this.#size = size;
    return true;
  }
}

function sizeOf(average: number): number {
  if (average * largestWindow <= ahead) return largestWindow;
  return Math.max(2 ** Math.floor(Math.log2(ahead / average)), 1);
}

import type { EncodedValues } from './record.js';
import { Regions } from './regions.js';
import { overflowLimit } from './overflow.js';
import type { Outbox } from './worker-rings.js';

/** The worker's side of its overflow area: a place is free again when the pool has copied its record. */
export class ResultOverflow {
  readonly #outbox: Outbox;
  readonly #regions = new Regions(overflowLimit);
  /** Where the records of the regions end, oldest first. */
  readonly #positions: number[] = [];

  constructor(outbox: Outbox) {
    this.#outbox = outbox;
  }

  /** A place for the values of a result; undefined when there is no room now. `placed` is to follow. */
  place(values: EncodedValues): EncodedValues | undefined {
    for (let first = this.#positions[0]; first !== undefined; first = this.#positions[0]) {
      if (!this.#outbox.hasFreed(first)) break;
      this.#positions.shift();
      this.#regions.freeOldest();
    }
    const place = this.#regions.allocate(values.byteLength);
    return place === undefined ? undefined : { ...values, place };
  }

  /** The record of the last place ends at this position; undefined when it was not pushed. */
  placed(position: number | undefined): void {
    if (position === undefined) this.#regions.freeYoungest();
    else this.#positions.push(position);
  }
}

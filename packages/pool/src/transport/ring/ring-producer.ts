import { EventCount } from '@manycore/memory/internal';

import { claimed, freed, tail, waiters } from './layout.js';
import type { RingMemory, Sized } from './ring-memory.js';
import { RingError } from './ring-error.js';

/** The writing side of a ring: the only one. README.md beside this file explains the protocol. */
export class RingProducer<Out extends Sized> {
  readonly #memory: RingMemory<Out, unknown>;
  readonly #events: EventCount;
  /** What the word `tail` holds: only the producer writes it. */
  #tail = 0;
  /** What was recalled last: the consumer will not free it, since it never claims it. */
  #recalledFrom = 0;
  #recalledTo = 0;

  constructor(memory: RingMemory<Out, unknown>) {
    this.#memory = memory;
    this.#events = new EventCount(memory, waiters);
  }

  /** Whether there is room for so many units, wherever they come to lie. */
  hasRoom(units: number): boolean {
    return this.#free() >= 2 * units;
  }

  /**
   * Writes a record, publishes it, and wakes the consumer if that sleeps. Returns the position behind the record;
   * undefined when there is no room for it and `reserve` more units.
   */
  push(record: Out, reserve = 0): number | undefined {
    const memory = this.#memory;
    const { units } = record;
    const unit = this.#tail & (memory.units - 1);
    const toEnd = memory.units - unit;
    const gap = units > toEnd ? toEnd : 0;
    if (this.#free() < gap + units + reserve) return undefined;
    if (gap > 0) memory.writeGap(unit, gap);
    memory.copyIn(gap > 0 ? 0 : unit, record);
    this.#tail = (this.#tail + gap + units) | 0;
    memory.store(tail, this.#tail);
    this.#events.notify(1);
    return this.#tail;
  }

  /** Whether the consumer has claimed the record that ends at this position. */
  hasClaimed(position: number): boolean {
    return ((this.#claimed() - position) | 0) >= 0;
  }

  /** Whether the consumer has copied the record that ends at this position. Only for records that are never recalled. */
  hasFreed(position: number): boolean {
    return ((this.#memory.load(freed) - position) | 0) >= 0;
  }

  /** Takes back every record that the consumer has not claimed: those that end behind the returned position. */
  recall(): number {
    const memory = this.#memory;
    let from = this.#claimed();
    while (from !== this.#tail) {
      const found = memory.compareExchange(claimed, from, this.#tail);
      if (found === from) {
        // What the consumer claims next begins where this ends.
        if (from !== this.#recalledTo) this.#recalledFrom = from;
        this.#recalledTo = this.#tail;
        return from;
      }
      from = this.#checked(found);
    }
    return from;
  }

  /** Units that may be written; 0 or less when there are none. */
  #free(): number {
    let from = this.#memory.load(freed);
    if (from === this.#recalledFrom) from = this.#recalledTo;
    else if (((from - this.#recalledTo) | 0) > 0) this.#recalledFrom = this.#recalledTo = from;
    const used = (this.#tail - from) | 0;
    if (used < 0) throw new RingError('more was freed than was written');
    // More than there is: the consumer is about to pass over what was recalled before.
    return this.#memory.units - used;
  }

  #claimed(): number {
    return this.#checked(this.#memory.load(claimed));
  }

  #checked(position: number): number {
    const left = (this.#tail - position) | 0;
    if (left < 0 || left > this.#memory.units) throw new RingError('more was claimed than was written');
    return position;
  }
}

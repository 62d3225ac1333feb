import { EventCount, type Words } from '@manycore/memory/internal';

/** Positions and lengths in a ring are counted in units of 8 bytes, so that every record can begin with a float64. */
export const unitBytes = 8;

/*
 * The control words of a ring. Each group has a cache line of its own: the producer writes the first, the
 * consumer the second, both the third.
 */

/** Where the next record begins, counted from the beginning of time (modulo 2 ** 32). Stored when it is complete. */
export const tail = 0;
/** Where the first unclaimed record begins: the consumer claims one, the producer recalls all. */
export const claimed = 16;
/** Everything before it was copied out by the consumer. */
export const freed = 17;
/** 1 while the consumer may sleep. It sleeps on this word. */
const waiters = 32;

export const controlWords = 48;
export const controlBytes: number = controlWords * 4;

/** A record on its way into a ring. */
export interface Sized {
  /** How many units it takes, its header included. */
  readonly units: number;
}

/**
 * The memory of a ring. Everything that the other side can see happens in one of these calls, so the model checker,
 * which replaces the memory, can stop a party between any two.
 *
 * The calls below are plain reads and writes: the producer alone writes behind `tail`, and what is before it
 * stays until `freed` says that it was copied.
 */
export interface RingMemory<Out extends Sized, In> extends Words {
  /** The size of the ring: a power of two. */
  readonly units: number;
  /** The units of the record at `unit`; negative for a gap at the end of the ring. Anything, when that was recalled. */
  unitsAt(unit: number): number;
  writeGap(unit: number, units: number): void;
  copyIn(unit: number, record: Out): void;
  /** A copy of the record at `unit`, which takes `units`. */
  copyOut(unit: number, units: number): In;
}

/** The other side of a ring wrote what cannot be. */
export class RingError extends Error {
  override readonly name = 'RingError';
}

/** The writing side of a ring: the only one. README.md beside this file explains the protocol. */
export class RingProducer<Out extends Sized> {
  readonly #memory: RingMemory<Out, unknown>;
  readonly #events: EventCount;
  /** Where the next record begins. */
  #tail = 0;
  /** What the word `tail` holds: only the producer writes it. */
  #published = 0;
  #isHolding = false;
  /** What the words `freed` and `claimed` held when they were looked at last: they only grow. */
  #freed = 0;
  #claimed = 0;
  /** What was recalled last: the consumer will not free it, since it never claims it. */
  #recalledFrom = 0;
  #recalledTo = 0;

  constructor(memory: RingMemory<Out, unknown>) {
    this.#memory = memory;
    this.#events = new EventCount(memory, waiters);
  }

  /** Whether there is room for so many units, wherever they come to lie. */
  hasRoom(units: number): boolean {
    return this.#hasFree(2 * units);
  }

  /**
   * Writes a record, publishes it (but see `hold`), and wakes the consumer if that sleeps. Returns the position behind the record;
   * undefined when there is no room for it and `reserve` more units.
   */
  push(record: Out, reserve = 0): number | undefined {
    const memory = this.#memory;
    const { units } = record;
    const unit = this.#tail & (memory.units - 1);
    const toEnd = memory.units - unit;
    const gap = units > toEnd ? toEnd : 0;
    if (!this.#hasFree(gap + units + reserve)) return undefined;
    if (gap > 0) memory.writeGap(unit, gap);
    memory.copyIn(gap > 0 ? 0 : unit, record);
    this.#tail = (this.#tail + gap + units) | 0;
    if (!this.#isHolding) this.#publish();
    return this.#tail;
  }

  /** From now on records are published together, by `release`: many cost one wake-up. */
  hold(): void {
    this.#isHolding = true;
  }

  release(): void {
    this.#isHolding = false;
    this.#publish();
  }

  /** Whether the consumer has claimed the record that ends at this position. */
  hasClaimed(position: number): boolean {
    return ((this.#claimed - position) | 0) >= 0 || ((this.#loadClaimed() - position) | 0) >= 0;
  }

  /** Whether the consumer has copied the record that ends at this position. Only for records that are never recalled. */
  hasFreed(position: number): boolean {
    return ((this.#memory.load(freed) - position) | 0) >= 0;
  }

  /** Takes back every record that the consumer has not claimed: those that end behind the returned position. */
  recall(): number {
    const memory = this.#memory;
    // Never more is claimed than is published.
    this.#publish();
    let from = this.#loadClaimed();
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

  #publish(): void {
    if (this.#published === this.#tail) return;
    this.#published = this.#tail;
    this.#memory.store(tail, this.#tail);
    this.#events.notify(1);
  }

  /** Whether so many units may be written. */
  #hasFree(units: number): boolean {
    if (this.#free() >= units) return true;
    this.#freed = this.#memory.load(freed);
    return this.#free() >= units;
  }

  /** Units that may be written, as far as it was looked; 0 or less when there are none. */
  #free(): number {
    let from = this.#freed;
    if (from === this.#recalledFrom) from = this.#recalledTo;
    else if (((from - this.#recalledTo) | 0) > 0) this.#recalledFrom = this.#recalledTo = from;
    const used = (this.#tail - from) | 0;
    if (used < 0) throw new RingError('more was freed than was written');
    // More than there is: the consumer is about to pass over what was recalled before.
    return this.#memory.units - used;
  }

  #loadClaimed(): number {
    this.#claimed = this.#checked(this.#memory.load(claimed));
    return this.#claimed;
  }

  #checked(position: number): number {
    const left = (this.#tail - position) | 0;
    if (left < 0 || left > this.#memory.units) throw new RingError('more was claimed than was written');
    return position;
  }
}

/** The reading side of a ring: the only one. README.md beside this file explains the protocol. */
export class RingConsumer<In> {
  readonly #memory: RingMemory<never, In>;
  readonly events: EventCount;
  /** What `claimed` should hold: only a recall changes it besides. */
  #next = 0;
  /** What `tail` held when it was looked at last. */
  #tail = 0;
  /** What `freed` holds: only the consumer writes it. */
  #freed = 0;

  constructor(memory: RingMemory<never, In>) {
    this.#memory = memory;
    this.events = new EventCount(memory, waiters);
  }

  /** Whether there is a record to claim. */
  get hasRecords(): boolean {
    return this.#memory.load(claimed) !== this.#memory.load(tail);
  }

  /** How many units of records, and gaps, there are to claim. */
  get filled(): number {
    return (this.#memory.load(tail) - this.#memory.load(claimed)) | 0;
  }

  /** Claims the next record: the producer cannot recall it any more. Undefined when there is none. */
  claim(): In | undefined {
    const memory = this.#memory;
    for (;;) {
      const at = this.#next;
      if (at === this.#tail) this.#tail = memory.load(tail);
      const filled = (this.#tail - at) | 0;
      if (filled === 0) return undefined;
      const unit = at & (memory.units - 1);
      // Of a record that was recalled meanwhile this is anything; the next step fails then.
      const found = memory.unitsAt(unit);
      const units = Math.abs(found);
      const next = (at + units) | 0;
      const seen = memory.compareExchange(claimed, at, next);
      if (seen !== at) {
        this.#next = seen;
        this.#tail = memory.load(tail);
        continue;
      }
      this.#next = next;
      if (filled < 0 || units === 0 || units > filled || units > memory.units - unit) {
        throw new RingError('a record has no length that it can have');
      }
      // What was recalled before it is not copied by anybody.
      if (this.#freed !== at) memory.store(freed, at);
      const record = found > 0 ? memory.copyOut(unit, units) : undefined;
      memory.store(freed, next);
      this.#freed = next;
      if (found > 0) return record;
    }
  }
}

import type { Words } from '@manycore/memory/internal';

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

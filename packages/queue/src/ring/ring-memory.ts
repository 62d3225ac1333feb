import type { Words } from '@manycore/memory/internal';

/** A message as the ring sees it: so many bytes, encoded in some way that it does not look into. */
export interface Payload {
  readonly kind: number;
  readonly byteLength: number;
}

/** A message that arrives in pieces. */
export interface Assembly<In> {
  /** Adds the `length` bytes behind the header of the record at `unit`. */
  add(unit: number, length: number): void;
  finish(): In;
}

/**
 * The memory of a ring. Everything that other threads can see happens in one of these calls, so the model
 * checker, which replaces the memory, can stop a party between any two.
 */
export interface RingMemory<Out extends Payload, In> extends Words {
  /*
   * The records. These are plain reads and writes: the owner of a side's mutex is alone with them, and the
   * other side sees them once a word was published.
   */
  lengthAt(unit: number): number;
  flagsAt(unit: number): number;
  writeHeader(unit: number, length: number, flags: number): void;
  /** The whole length of a message, in the unit behind the header of its first piece. */
  totalAt(unit: number): number;
  writeTotal(unit: number, total: number): void;
  /**
   * Whether a message, whose bytes begin at `unit`, can be taken: what belongs to it beside its bytes is here,
   * or need not be waited for any longer. May throw when `taking`: then it is not taken.
   */
  ready(kind: number, unit: number, taking: boolean): boolean;
  /** Copies `length` bytes of a message, from its byte `from` on, to where `unit` begins. */
  copyIn(unit: number, message: Out, from: number, length: number): void;
  /** Copies a whole message of `length` bytes out of where `unit` begins. */
  copyOut(unit: number, kind: number, length: number): In;
  /** Begins to copy out a message of `total` bytes, piece by piece. */
  assemble(kind: number, total: number): Assembly<In>;
}

import type { Counts } from './counts.js';
import type { Geometry } from './geometry.js';
import { Head } from './head.js';
import * as at from './layout.js';
import type { Payload, RingMemory } from './ring-memory.js';
import { signal } from './signal.js';
import { Tail } from './tail.js';
import { walkMessages } from './walk.js';

/** What a ring does that concerns both of its sides. */
export class Ring<Out extends Payload, In> {
  readonly tail: Tail<Out>;
  readonly head: Head<In>;
  readonly #memory: RingMemory<Out, In>;
  readonly #geometry: Geometry;
  readonly #maxSize: number;

  constructor(
    memory: RingMemory<Out, In>,
    geometry: Geometry,
    maxSize: number,
    onTake?: () => void,
  ) {
    this.#memory = memory;
    this.#geometry = geometry;
    this.#maxSize = maxSize;
    this.tail = new Tail(memory, geometry, maxSize);
    this.head = new Head(memory, geometry, maxSize, onTake);
  }

  /** To be called before sleeping on a word: what it must still hold then; 0: do not sleep. */
  arm(word: number): number {
    if (word === at.tailLock) return this.tail.lock.arm();
    if (word === at.headLock) return this.head.lock.arm();
    this.#memory.store(word, 1);
    return 1;
  }

  /** Looks whether anyone died in the middle of something, and sets it right. */
  rescue(): void {
    this.tail.rescue();
    this.head.rescue();
  }

  /**
   * Calls `visit` with the kind of each message that is in the ring, and the unit where its bytes begin; false
   * when another thread is just taking one.
   */
  visitMessages(visit: (kind: number, unit: number) => void): boolean {
    const { lock } = this.head;
    if (!lock.acquire()) return false;
    try {
      walkMessages(this.#memory, this.#geometry, visit);
      return true;
    } finally {
      lock.release();
    }
  }

  /** From now on nothing is published; with `immediate`, what is in the ring cannot be taken any more either. */
  close(immediate = false): void {
    const memory = this.#memory;
    memory.or(at.tail, at.closedBit);
    if (immediate) memory.store(at.dropped, 1);
    this.wakeAll();
    if (immediate) this.wakeJoined();
  }

  get #dropped(): boolean {
    return this.#memory.load(at.dropped) !== 0;
  }

  /** Makes all who wait on either side look again. */
  wakeAll(): void {
    const memory = this.#memory;
    for (const word of [at.items, at.piece, at.parts, at.space, at.room]) {
      memory.store(word, 0);
      memory.wake(word, Infinity);
    }
    memory.wake(at.tailLock, Infinity);
    memory.wake(at.headLock, Infinity);
  }

  /** Wakes all who sleep until what belongs to the next message has come. */
  wakeParts(): void {
    signal(this.#memory, at.parts, Infinity);
  }

  /** Wakes all who sleep until every message is finished. */
  wakeJoined(): void {
    signal(this.#memory, at.joined, Infinity);
  }

  get closed(): boolean {
    return (this.#memory.load(at.tail) & at.closedBit) !== 0;
  }

  /** How many messages were put so far, modulo 2 ** 32: also right when whoever put the last one died. */
  get puts(): number {
    const memory = this.#memory;
    // In the order opposite to that of the writer.
    const nextPuts = memory.load(at.nextPuts);
    const nextTail = memory.load(at.nextTail);
    const position = at.positionOf(memory.load(at.tail));
    const puts = memory.load(at.puts);
    return nextTail === position ? nextPuts : puts;
  }

  /** How many messages were taken so far, modulo 2 ** 32. */
  get takes(): number {
    const memory = this.#memory;
    const nextTakes = memory.load(at.nextTakes);
    const nextHead = memory.load(at.nextHead);
    const position = memory.load(at.head);
    const takes = memory.load(at.takes);
    return nextHead === position ? nextTakes : takes;
  }

  /** How many messages are to be finished so far: those that were put, but for those that were dropped. */
  get due(): number {
    return this.#dropped ? this.takes : this.puts;
  }

  /** See `CountedStore`: a change in between is noticed afterwards. */
  counting(look: (counts: Counts) => void): boolean {
    const { due, takes } = this;
    look({ due, takes });
    return this.due === due && this.takes === takes;
  }

  /** How many messages there are. */
  get size(): number {
    if (this.#dropped) return 0;
    // Takes first: a message that is taken in between must not be missed among the puts.
    const takes = this.takes;
    return Math.max(0, (this.puts - takes) | 0);
  }

  /** Whether a message of `units` units would have to wait. */
  isFull(units: number): boolean {
    if (this.#maxSize !== 0 && this.size >= this.#maxSize) return true;
    const memory = this.#memory;
    const position = at.positionOf(memory.load(at.tail));
    const used = this.#geometry.distance(memory.load(at.head), position);
    return this.#geometry.units - used < units;
  }
}

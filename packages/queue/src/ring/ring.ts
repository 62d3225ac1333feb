import { EventCount } from '@manycore/memory/internal';

import type { Counts } from '../store.js';
import { Consumer } from './consumer.js';
import * as at from './layout.js';
import type { Geometry, Payload, RingMemory } from './layout.js';
import { Producer } from './producer.js';

/** What a ring does that concerns both of its sides. */
export class Ring<Out extends Payload, In> {
  readonly producer: Producer<Out>;
  readonly consumer: Consumer<In>;
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
    this.producer = new Producer(memory, geometry, maxSize);
    this.consumer = new Consumer(memory, geometry, maxSize, onTake);
  }

  /** See `WaitSource`. */
  prepareWait(word: number): number | undefined {
    if (word === at.producerMutex) return this.producer.mutex.prepareWait();
    if (word === at.consumerMutex) return this.consumer.mutex.prepareWait();
    return new EventCount(this.#memory, word).prepareWait();
  }

  /** See `WaitSource`. */
  passOn(word: number): void {
    const memory = this.#memory;
    switch (word) {
      case at.items:
      case at.parts:
        if (this.closed || memory.load(at.head) !== at.positionOf(memory.load(at.tail))) {
          new EventCount(memory, word).notify(1);
        }
        break;
      case at.space:
      case at.joined:
        new EventCount(memory, word).notify(Infinity);
        break;
      default:
      // A mutex passes itself on, and only one thread is in the middle of a message.
    }
  }

  /** Looks whether a thread died in the middle of something, and repairs what it left. */
  rescue(): void {
    this.producer.rescue();
    this.consumer.rescue();
  }

  /**
   * Calls `visit` with the kind of each message that is in the ring, and the unit where its bytes begin; false
   * when another thread is just taking one.
   */
  visitMessages(visit: (kind: number, unit: number) => void): boolean {
    const { mutex } = this.consumer;
    if (!mutex.tryLock()) return false;
    try {
      this.#walk(visit);
      return true;
    } finally {
      mutex.unlock();
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

  /**
   * Makes all threads that wait on either side look again, announced or not: a sleeper whose announcement was
   * taken back for another one must not miss the end.
   */
  wakeAll(): void {
    const memory = this.#memory;
    for (const word of [at.items, at.piece, at.parts, at.space, at.room]) {
      memory.store(word, 0);
      memory.notify(word, Infinity);
    }
    memory.notify(at.producerMutex, Infinity);
    memory.notify(at.consumerMutex, Infinity);
  }

  /** Wakes all threads that sleep until what belongs to the next message has come. */
  wakeParts(): void {
    new EventCount(this.#memory, at.parts).notify(Infinity);
  }

  /** Wakes all threads that sleep until every message is finished. */
  wakeJoined(): void {
    new EventCount(this.#memory, at.joined).notify(Infinity);
  }

  get closed(): boolean {
    return (this.#memory.load(at.tail) & at.closedBit) !== 0;
  }

  /** How many messages were put so far, modulo 2 ** 32: also right when the thread that put the last one died. */
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

  /** Visits the messages; the consumers' mutex is held. */
  #walk(visit: (kind: number, unit: number) => void): void {
    const memory = this.#memory;
    const geometry = this.#geometry;
    const end = at.positionOf(memory.load(at.tail));
    let position = memory.load(at.head);
    for (let left = geometry.filled(position, end); left > 0; ) {
      const unit = geometry.at(position);
      const flags = memory.flagsAt(unit);
      let units = geometry.units - unit;
      if ((flags & at.skipFlag) === 0) {
        const isFirst = (flags & at.firstFlag) !== 0;
        const more = isFirst && (flags & at.lastFlag) === 0 ? 1 : 0;
        units = geometry.occupied(unit, memory.lengthAt(unit), more, left);
        if (isFirst) visit(flags >>> at.kindShift, unit + 1 + more);
      }
      left -= units;
      position = geometry.advance(position, units);
    }
  }
}

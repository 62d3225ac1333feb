import { EventCount } from '@manycore/memory/internal';

import { QueueCorruptedError } from '../errors.js';
import { closed, done } from '../store.js';
import * as at from './layout.js';
import { type Assembly, type Geometry, type RingMemory, unitsFor } from './layout.js';
import { SideMutex } from './side-mutex.js';

/** The reading side of a ring, as one thread sees it. README.md explains the protocol. */
export class Consumer<In> {
  readonly #memory: RingMemory<never, In>;
  readonly #geometry: Geometry;
  readonly mutex: SideMutex;
  readonly #items: EventCount;
  readonly #space: EventCount;
  readonly #room: EventCount;
  readonly #maxSize: number;
  /** Is called before a message counts as taken: the thread that takes it may have to account for it. */
  readonly #onTake: (() => void) | undefined;
  /** The pieces so far of a long message. While there are any, this thread keeps the mutex. */
  #assembly: Assembly<In> | undefined;
  /** How many bytes of it there are so far. */
  #received = 0;
  #message: In | undefined;
  /** The record that was found last, as it was checked: other threads can write anything there. */
  #unit = 0;
  #flags = 0;
  #length = 0;
  #units = 0;

  constructor(
    memory: RingMemory<never, In>,
    geometry: Geometry,
    maxSize: number,
    onTake?: () => void,
  ) {
    this.#memory = memory;
    this.#geometry = geometry;
    this.#maxSize = maxSize;
    this.#onTake = onTake;
    this.mutex = new SideMutex(memory, at.consumerMutex, at.consumerKept);
    this.#items = new EventCount(memory, at.items);
    this.#space = new EventCount(memory, at.space);
    this.#room = new EventCount(memory, at.room);
  }

  /** Whether this thread is in the middle of a message, and keeps the mutex. */
  get midway(): boolean {
    return this.#assembly !== undefined;
  }

  /** How many bytes of the message in the middle of which this is have come in; -1 when there is none. */
  get received(): number {
    return this.#assembly ? this.#received : -1;
  }

  /** Takes the next message, or as much of it as there is. After `done`, `message` has it. */
  tryPop(): number {
    try {
      if (!this.mutex.held && !this.mutex.tryLock()) return this.#isDropped() ? closed : at.consumerMutex;
      if (!this.#isDropped()) return this.#read();
      this.#assembly = undefined;
      this.mutex.unlock();
      return closed;
    } catch (error) {
      // The stack is full, for example.
      this.#assembly = undefined;
      if (this.mutex.held) {
        this.#repair();
        this.mutex.unlock();
      }
      throw error;
    }
  }

  /** The message that the last try took. */
  message(): In {
    const message = this.#message as In;
    this.#message = undefined;
    return message;
  }

  /**
   * Gives back the message in the middle of which this is: its producer will begin again. False when all
   * of it is there, or it will never be complete: then the next try does not have to wait for it.
   */
  giveBack(): boolean {
    if (!this.#assembly) return true;
    const memory = this.#memory;
    for (;;) {
      const word = memory.load(at.tail);
      if ((word & at.openBit) === 0) return false;
      if (memory.compareExchange(at.tail, word, word | at.restartBit) === word) break;
    }
    this.#assembly = undefined;
    this.mutex.unlock();
    this.#room.notify(1);
    return true;
  }

  /** Whether there is the beginning of a message: like `tryPop`, but takes nothing. */
  peek(): number {
    if (this.#assembly) return done;
    if (this.#isDropped()) return closed;
    if (!this.mutex.tryLock()) return at.consumerMutex;
    let outcome: number;
    try {
      outcome = this.#seek(false);
    } finally {
      this.mutex.unlock();
    }
    if (outcome === done) this.#passOn();
    return outcome;
  }

  /** Completes what a dead consumer was about, if there is one. Safe to be killed in, again and again. */
  rescue(): void {
    if (!this.mutex.tryTakeOver()) return;
    this.#repair();
    this.mutex.unlock();
    this.#space.notify(Infinity);
    this.#room.notify(1);
    this.#passOn();
  }

  /** Whether everything that was in the ring was dropped. */
  #isDropped(): boolean {
    return this.#memory.load(at.dropped) !== 0;
  }

  /** The mutex is held: a take that was carried out is counted. */
  #repair(): void {
    const memory = this.#memory;
    if (memory.load(at.head) === memory.load(at.nextHead)) {
      memory.store(at.takes, memory.load(at.nextTakes));
    } else {
      memory.store(at.nextTakes, memory.load(at.takes));
    }
  }

  #read(): number {
    for (;;) {
      const outcome = this.#seek(true);
      if (outcome === at.piece) {
        this.mutex.keep();
        return outcome;
      }
      if (outcome !== done) {
        this.mutex.unlock();
        return outcome;
      }
      if (this.#takeRecord()) {
        this.mutex.unlock();
        this.#wakeProducers();
        return done;
      }
      this.#wakeProducers();
    }
  }

  /**
   * Goes to the next record that is of use: the next piece if this is in the middle of a message, else the
   * beginning of one.
   */
  #seek(taking: boolean): number {
    const memory = this.#memory;
    const geometry = this.#geometry;
    for (let steps = 0; steps <= 2 * geometry.units; steps += 1) {
      const position = memory.load(at.head);
      let end = memory.load(at.knownTail);
      if (position === end) {
        const word = memory.load(at.tail);
        end = at.positionOf(word);
        if (position === end) return this.#ended(word);
        memory.store(at.knownTail, end);
      }
      const left = geometry.filled(position, end);
      const unit = geometry.at(position);
      const flags = memory.flagsAt(unit);
      if ((flags & at.skipFlag) !== 0) {
        const skipped = geometry.units - unit;
        if (skipped > left) throw new QueueCorruptedError('a gap at the end of the ring');
        memory.store(at.head, geometry.advance(position, skipped));
        continue;
      }
      const length = memory.lengthAt(unit);
      const isFirst = (flags & at.firstFlag) !== 0;
      const isLast = (flags & at.lastFlag) !== 0;
      const more = isFirst && !isLast ? unitsFor(at.unitBytes) : 0;
      this.#unit = unit;
      this.#flags = flags;
      this.#length = length;
      this.#units = geometry.occupied(unit, length, more, left);
      if (isFirst) {
        // The message in the middle of which this was will never be complete.
        this.#assembly = undefined;
        const kind = flags >>> at.kindShift;
        return memory.ready(kind, unit + 1 + more, taking) ? done : at.parts;
      }
      if (this.#assembly) return done;
      // The rest of a message whose first pieces went down with another consumer, or were given back.
      this.#advance(position, this.#units, isLast);
      this.#wakeProducers();
    }
    throw new QueueCorruptedError('records without an end');
  }

  /** There is no record: what to wait for. */
  #ended(word: number): number {
    if ((word & at.openBit) !== 0) return this.#assembly ? at.piece : at.items;
    this.#assembly = undefined;
    return (word & at.closedBit) !== 0 ? closed : at.items;
  }

  /** Takes the record that `#seek` has found; true when that completes a message. */
  #takeRecord(): boolean {
    const memory = this.#memory;
    const position = memory.load(at.head);
    const [unit, flags, length] = [this.#unit, this.#flags, this.#length];
    const kind = flags >>> at.kindShift;
    const isLast = (flags & at.lastFlag) !== 0;
    if ((flags & at.firstFlag) === 0) {
      this.#assembly?.add(unit + 1, length);
      this.#received += length;
      if (isLast) this.#message = this.#assembly?.finish();
    } else if (isLast) {
      this.#message = memory.copyOut(unit + 1, kind, length);
    } else {
      this.#assembly = memory.assemble(kind, memory.totalAt(unit + 1));
      this.#assembly.add(unit + 2, length);
      this.#received = length;
    }
    if (isLast) {
      this.#assembly = undefined;
      this.#onTake?.();
    }
    this.#advance(position, this.#units, isLast);
    return isLast;
  }

  /** The record is consumed: frees its room, and counts its message as taken with its last record. */
  #advance(position: number, units: number, isLast: boolean): void {
    const memory = this.#memory;
    const next = this.#geometry.advance(position, units);
    if (!isLast) {
      memory.store(at.head, next);
      return;
    }
    const takes = (memory.load(at.takes) + 1) | 0;
    // In this order: the repair believes `nextTakes` once `head` is at `nextHead`.
    memory.store(at.nextHead, next);
    memory.store(at.nextTakes, takes);
    memory.store(at.head, next);
    memory.store(at.takes, takes);
  }

  #wakeProducers(): void {
    if (this.#memory.load(at.space) !== 0 && this.#isRoomy()) this.#space.notify(Infinity);
    this.#room.notify(1);
  }

  /** Race "one wake-up for each message": whether producers would find room for more than a few. */
  #isRoomy(): boolean {
    if (this.#maxSize !== 0) return true;
    const memory = this.#memory;
    const { units, roomy } = this.#geometry;
    const position = at.positionOf(memory.load(at.tail));
    return units - this.#geometry.distance(memory.load(at.head), position) >= roomy;
  }

  /** Race "one announcement for many": if there is another message, another sleeper may have it. */
  #passOn(): void {
    const memory = this.#memory;
    if (memory.load(at.items) === 0) return;
    if (memory.load(at.head) !== at.positionOf(memory.load(at.tail))) this.#items.notify(1);
  }
}

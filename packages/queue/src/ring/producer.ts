import { EventCount } from '@manycore/memory/internal';

import { closed, done } from '../store.js';
import * as at from './layout.js';
import { type Geometry, type Payload, recordUnits, type RingMemory, unitsFor } from './layout.js';
import { SideMutex } from './side-mutex.js';

/** Internal: a message too long for one record was begun. */
const begun = -2;

/** The writing side of a ring, as one thread sees it. README.md explains the protocol. */
export class Producer<Out extends Payload> {
  readonly #memory: RingMemory<Out, unknown>;
  readonly #geometry: Geometry;
  /** How many messages there may be at once; 0: as many as there is room for. */
  readonly #maxSize: number;
  readonly mutex: SideMutex;
  readonly #items: EventCount;
  readonly #piece: EventCount;
  /** While it is not negative, this thread keeps the mutex. */
  #sent = -1;

  constructor(memory: RingMemory<Out, unknown>, geometry: Geometry, maxSize: number) {
    this.#memory = memory;
    this.#geometry = geometry;
    this.#maxSize = maxSize;
    this.mutex = new SideMutex(memory, at.producerMutex, at.producerKept);
    this.#items = new EventCount(memory, at.items);
    this.#piece = new EventCount(memory, at.piece);
  }

  /** How many bytes of the message in the middle of which this is were published; -1 when there is none. */
  get sent(): number {
    return this.#sent;
  }

  /**
   * Puts a message as far as possible. Once a try left this in the middle of one, the next tries must be for
   * the same message, until it is through or `leave` was called.
   */
  tryPush(message: Out): number {
    try {
      if (this.#sent < 0) {
        if (!this.mutex.tryLock()) return this.#isClosed() ? closed : at.producerMutex;
        const outcome = this.#begin(message);
        if (outcome !== begun) {
          this.mutex.unlock();
          if (outcome === done) this.#wakeConsumers();
          return outcome;
        }
        this.#sent = 0;
      }
      return this.#continue(message);
    } catch (error) {
      // The message cannot be read any more, or the stack is full.
      if (this.mutex.held) this.#repair();
      this.leave();
      throw error;
    }
  }

  /** Any message can be put: in pieces, if need be. */
  check(_message: Out): void {
    // Nothing is refused.
  }

  /** Whether a message is written in one piece: it never waits in its middle. */
  fitsWhole(message: Out): boolean {
    return recordUnits(message.byteLength) <= this.#geometry.wholeLimit;
  }

  /** Gives up the message in the middle of which this is: the consumer that has its first pieces drops them. */
  leave(): void {
    if (!this.mutex.held) return;
    this.#sent = -1;
    this.#drop();
    this.mutex.unlock();
    this.#piece.notify(1);
  }

  /** Completes or undoes what a dead producer was about, if there is one. Safe to be killed in, again and again. */
  rescue(): void {
    if (!this.mutex.tryTakeOver()) return;
    this.#repair();
    this.#drop();
    this.mutex.unlock();
    this.#wakeConsumers();
  }

  /** The mutex is held: a put that was carried out is counted. */
  #repair(): void {
    const memory = this.#memory;
    if (at.positionOf(memory.load(at.tail)) === memory.load(at.nextTail)) {
      memory.store(at.puts, memory.load(at.nextPuts));
    } else {
      memory.store(at.nextPuts, memory.load(at.puts));
    }
  }

  #isClosed(): boolean {
    return (this.#memory.load(at.tail) & at.closedBit) !== 0;
  }

  /** The mutex is held: writes a message that fits into one record, if there is room. */
  #begin(message: Out): number {
    const memory = this.#memory;
    const geometry = this.#geometry;
    const word = memory.load(at.tail);
    if ((word & at.closedBit) !== 0) return closed;
    const puts = memory.load(at.puts);
    if (this.#maxSize !== 0 && ((puts - memory.load(at.takes)) | 0) >= this.#maxSize) return at.space;
    const units = recordUnits(message.byteLength);
    if (units > geometry.wholeLimit) return begun;

    const position = at.positionOf(word);
    let unit = geometry.at(position);
    const toEnd = geometry.units - unit;
    const skipped = units > toEnd ? toEnd : 0;
    if (this.#free(position, skipped + units) < skipped + units) return at.space;
    if (skipped > 0) {
      memory.writeHeader(unit, 0, at.skipFlag);
      unit = 0;
    }
    const flags = at.firstFlag | at.lastFlag | (message.kind << at.kindShift);
    memory.writeHeader(unit, message.byteLength, flags);
    memory.copyIn(unit + 1, message, 0, message.byteLength);
    return this.#publishLast(word, geometry.advance(position, skipped + units)) ? done : closed;
  }

  /** The mutex is held and kept: writes pieces of a long message for as long as there is room. */
  #continue(message: Out): number {
    for (;;) {
      const word = this.#memory.load(at.tail);
      if ((word & at.closedBit) !== 0) {
        this.leave();
        return closed;
      }
      if ((word & at.restartBit) !== 0) this.#sent = 0;
      const written = this.#writePiece(message, word);
      if (written === 0) {
        this.mutex.keep();
        return at.room;
      }
      // `tail` got a bit in the meantime: look again.
      if (written < 0) continue;
      this.#sent += written;
      if (this.#sent === message.byteLength) {
        this.#sent = -1;
        this.mutex.unlock();
        this.#wakeConsumers();
        return done;
      }
      this.#wakeConsumers();
    }
  }

  /** The bytes of the piece that was published; 0: there is no room; -1: `tail` has changed. */
  #writePiece(message: Out, word: number): number {
    const memory = this.#memory;
    const geometry = this.#geometry;
    const sent = this.#sent;
    const isFirst = sent === 0;
    // A header, and the total behind that of the first piece.
    const overhead = isFirst ? 2 : 1;
    const rest = message.byteLength - sent;
    const wanted = Math.min(overhead + unitsFor(rest), geometry.pieceLimit);

    const position = at.positionOf(word);
    let unit = geometry.at(position);
    const toEnd = geometry.units - unit;
    const skipped = toEnd <= overhead ? toEnd : 0;
    const free = this.#free(position, skipped + wanted) - skipped;
    if (free < Math.min(wanted, Math.max(geometry.pieceLeast, overhead + 1))) return 0;
    const units = Math.min(wanted, free, skipped > 0 ? geometry.units : toEnd);
    if (skipped > 0) {
      memory.writeHeader(unit, 0, at.skipFlag);
      unit = 0;
    }
    const length = Math.min(rest, (units - overhead) * at.unitBytes);
    const isLast = length === rest;
    const flags = (isFirst ? at.firstFlag : 0) | (isLast ? at.lastFlag : 0);
    memory.writeHeader(unit, length, flags | (message.kind << at.kindShift));
    if (isFirst) memory.writeTotal(unit + 1, message.byteLength);
    memory.copyIn(unit + overhead, message, sent, length);

    const next = geometry.advance(position, skipped + units);
    if (isLast) return this.#publishLast(word, next) ? length : -1;
    const published = at.tailWord(next, at.openBit);
    return memory.compareExchange(at.tail, word, published) === word ? length : -1;
  }

  /** Publishes the end of a message, which counts it as put; false when `tail` has changed. */
  #publishLast(word: number, next: number): boolean {
    const memory = this.#memory;
    const puts = (memory.load(at.puts) + 1) | 0;
    // In this order: the repair believes `nextPuts` once `tail` is at `nextTail`.
    memory.store(at.nextTail, next);
    memory.store(at.nextPuts, puts);
    if (memory.compareExchange(at.tail, word, at.tailWord(next, 0)) === word) {
      memory.store(at.puts, puts);
      return true;
    }
    // Race "stale intention": pieces of the message, begun again, may come to lie at `nextTail`.
    memory.store(at.nextPuts, puts - 1);
    return false;
  }

  /** The free units, or fewer if that is enough for `wanted`. */
  #free(position: number, wanted: number): number {
    const memory = this.#memory;
    const { units } = this.#geometry;
    const known = units - this.#geometry.filled(memory.load(at.knownHead), position);
    if (known >= wanted) return known;
    const head = memory.load(at.head);
    memory.store(at.knownHead, head);
    return units - this.#geometry.filled(head, position);
  }

  /** The message that is open, if any, will never be complete. */
  #drop(): void {
    const memory = this.#memory;
    for (;;) {
      const word = memory.load(at.tail);
      if ((word & at.openBit) === 0) return;
      const next = word & ~(at.openBit | at.restartBit);
      if (memory.compareExchange(at.tail, word, next) === word) return;
    }
  }

  #wakeConsumers(): void {
    this.#items.notify(1);
    this.#piece.notify(1);
  }
}

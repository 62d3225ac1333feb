import type { SharedWords } from '@manycore/memory/internal';

import type { Offers } from '../exchange/offers.js';
import type { BlockRing } from '../ring/block-ring.js';
import { items, piece } from '../ring/layout.js';
import { closed, type PutSide, type Store, type TakeSide } from '../store.js';
import type { LeaseTable } from './lease-table.js';

/** One direction of a pipe: a ring that counts as closed while no thread has the other end of it. */
export class PipeStore implements Store {
  readonly producer: PutSide;
  readonly consumer: TakeSide;
  readonly words: SharedWords;
  readonly maxSize = 0;
  readonly parts: Offers | undefined;
  readonly #ring: BlockRing;
  readonly #writers: LeaseTable;
  readonly #readers: LeaseTable;

  constructor(ring: BlockRing, writers: LeaseTable, readers: LeaseTable) {
    const { producer, consumer } = ring;
    /** There is no point in waiting for more when no thread is left to send it. */
    const unlessGone = (tryOnce: () => number): number => {
      const outcome = tryOnce();
      if ((outcome !== items && outcome !== piece) || !writers.gone) return outcome;
      // Race "last words": what they sent before they went may have come after that look. And what they
      // left half sent is given up first: a consumer in the middle of it must not go and keep the mutex.
      ring.rescue();
      const last = tryOnce();
      return last === items ? closed : last;
    };
    const pop = (): number => consumer.tryPop();
    // This end may be found gone while it is only looked at.
    const peek = (): number => (readers.reported ? closed : consumer.peek());
    this.#ring = ring;
    this.#writers = writers;
    this.#readers = readers;
    this.words = ring.words;
    this.parts = ring.parts;
    this.producer = {
      tryPush: (message) => {
        if (!readers.gone) return producer.tryPush(message);
        producer.leave();
        return closed;
      },
      leave: () => producer.leave(),
      fitsWhole: (message) => producer.fitsWhole(message),
      check: (message) => producer.check(message),
    };
    this.consumer = {
      tryPop: () => unlessGone(pop),
      message: () => consumer.message(),
      peek: () => unlessGone(peek),
      get received() {
        return consumer.received;
      },
      giveBack: () => consumer.giveBack(),
    };
  }

  prepareWait(word: number): number | undefined {
    return this.#ring.prepareWait(word);
  }

  passOn(word: number): void {
    this.#ring.passOn(word);
  }

  rescue(): void {
    this.#ring.rescue();
    this.#writers.refresh();
    this.#readers.refresh();
  }

  watched(word: number): number {
    return this.#ring.watched(word);
  }

  isBrief(word: number): boolean {
    return this.#ring.isBrief(word);
  }

  close(): void {
    this.#ring.close();
  }

  get closed(): boolean {
    return this.#ring.closed;
  }

  get size(): number {
    return this.#ring.size;
  }

  get full(): boolean {
    return this.#ring.full;
  }
}

import type { Offers } from '../exchange/offers.js';
import type { BlockRing } from '../ring/block-ring.js';
import { items, piece } from '../ring/layout.js';
import { closed } from '../ring/outcome.js';
import type { PutSide, Store, TakeSide } from '../waiting/store.js';
import type { Holders } from './holders.js';

/** One direction of a pipe: a ring that counts as closed while nobody has the other end of it. */
export class PipeStore implements Store {
  readonly tail: PutSide;
  readonly head: TakeSide;
  readonly words: Int32Array;
  readonly maxSize = 0;
  readonly parts: Offers | undefined;
  readonly #ring: BlockRing;
  readonly #writers: Holders;
  readonly #readers: Holders;

  constructor(ring: BlockRing, writers: Holders, readers: Holders) {
    const { tail, head } = ring;
    /** Waiting for more is in vain when nobody is left to send it. */
    const unlessGone = (attempt: () => number): number => {
      const outcome = attempt();
      if ((outcome !== items && outcome !== piece) || !writers.gone) return outcome;
      // Race "last words": what they sent before they went may have come after that look. And what they
      // left half sent is given up first: whoever is in the middle of it must not go and keep the lock.
      ring.rescue();
      const last = attempt();
      return last === items ? closed : last;
    };
    const take = (): number => head.attempt();
    // This end may be found gone while it is only looked at.
    const probe = (): number => (readers.reported ? closed : head.probe());
    this.#ring = ring;
    this.#writers = writers;
    this.#readers = readers;
    this.words = ring.words;
    this.parts = ring.parts;
    this.tail = {
      attempt: (message) => {
        if (!readers.gone) return tail.attempt(message);
        tail.leave();
        return closed;
      },
      leave: () => tail.leave(),
      fitsWhole: (message) => tail.fitsWhole(message),
      check: (message) => tail.check(message),
    };
    this.head = {
      attempt: () => unlessGone(take),
      message: () => head.message(),
      probe: () => unlessGone(probe),
      get received() {
        return head.received;
      },
      giveBack: () => head.giveBack(),
    };
  }

  arm(word: number): number {
    return this.#ring.arm(word);
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

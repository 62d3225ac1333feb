import { TaskDoneError } from '../errors/task-done-error.js';
import * as at from '../ring/layout.js';
import type { Ledger } from './ledger.js';

/** What the count of tasks needs of the queue's ring. */
export interface CountedRing {
  readonly words: Int32Array;
  /** How many messages were put, and taken, so far. */
  readonly puts: number;
  readonly takes: number;
  /** Wakes all who sleep until everything is finished. */
  wakeJoined(): void;
}

/** How many of the values that were put are finished. */
export class Tasks {
  readonly #ring: CountedRing;
  readonly #ledger: Ledger;

  constructor(ring: CountedRing, ledger: Ledger) {
    this.#ring = ring;
    this.#ledger = ledger;
  }

  /** How many values were put and are not finished. */
  get unfinished(): number {
    // The puts last: a value is put before it is finished.
    const finished = this.#finished;
    return (this.#ring.puts - finished) | 0;
  }

  /** How many were given up as lost so far. */
  get lost(): number {
    return Atomics.load(this.#ring.words, at.lost);
  }

  /** One of them is finished. */
  finishOne(): void {
    for (;;) {
      const finished = this.#finished;
      if (((this.#ring.puts - finished) | 0) <= 0) throw new TaskDoneError();
      if (this.#advance(finished, 1)) break;
    }
    this.#ledger.enter(-1);
    if (this.unfinished === 0) this.#ring.wakeJoined();
  }

  /**
   * Gives up the values that nobody can finish any more: there is nothing left to take, and all who have
   * taken something and live are done with it.
   */
  giveUpLost(): void {
    const ring = this.#ring;
    const finished = this.#finished;
    const { puts, takes } = ring;
    const missing = (puts - finished) | 0;
    if (missing <= 0 || puts !== takes || this.#ledger.outstanding() > 0) return;
    // Somebody may have put, taken or finished one in the meantime: then the sum tells nothing.
    if (ring.puts !== puts || ring.takes !== takes) return;
    if (!this.#advance(finished, missing)) return;
    Atomics.add(ring.words, at.lost, missing);
    ring.wakeJoined();
  }

  get #finished(): number {
    return Atomics.load(this.#ring.words, at.finished);
  }

  #advance(finished: number, count: number): boolean {
    const next = (finished + count) | 0;
    return Atomics.compareExchange(this.#ring.words, at.finished, finished, next) === finished;
  }
}

import { TaskDoneError } from '../errors/task-done-error.js';
import * as at from '../ring/layout.js';
import type { CountedStore } from '../ring/counts.js';
import type { Ledger } from './ledger.js';

/** How many of the values that were put are finished. */
export class Tasks {
  readonly #store: CountedStore;
  readonly #ledger: Ledger;

  constructor(store: CountedStore, ledger: Ledger) {
    this.#store = store;
    this.#ledger = ledger;
  }

  /** How many values were put and are not finished. */
  get unfinished(): number {
    // What is due last: a value is put before it is finished.
    const finished = this.#finished;
    return (this.#store.due - finished) | 0;
  }

  /** How many were given up as lost so far. */
  get lost(): number {
    return Atomics.load(this.#store.words, at.lost);
  }

  /** One of them is finished. */
  finishOne(): void {
    for (;;) {
      const finished = this.#finished;
      if (((this.#store.due - finished) | 0) <= 0) throw new TaskDoneError();
      if (this.#advance(finished, 1)) break;
    }
    this.#ledger.enter(-1);
    if (this.unfinished === 0) this.#store.wakeJoined();
  }

  /**
   * Gives up the values that nobody can finish any more: there is nothing left to take, and all who have
   * taken something and live are done with it.
   */
  giveUpLost(): void {
    const store = this.#store;
    const finished = this.#finished;
    let missing = 0;
    const steady = store.counting(({ due, takes }) => {
      if (due === takes && this.#ledger.outstanding() <= 0) missing = (due - finished) | 0;
    });
    // A value that was put, taken or finished in the meantime: then the sum tells nothing.
    if (!steady || missing <= 0 || !this.#advance(finished, missing)) return;
    Atomics.add(store.words, at.lost, missing);
    store.wakeJoined();
  }

  get #finished(): number {
    return Atomics.load(this.#store.words, at.finished);
  }

  #advance(finished: number, count: number): boolean {
    const next = (finished + count) | 0;
    return Atomics.compareExchange(this.#store.words, at.finished, finished, next) === finished;
  }
}

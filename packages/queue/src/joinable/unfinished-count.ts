import { RawMutex, type Words } from '@manycore/memory/internal';

import { TaskDoneError } from '../errors.js';
import * as at from '../ring/layout.js';
import type { CountedStore } from '../store.js';
import type { Claims } from './claims.js';

/** How many of the values that were put are not finished. README.md beside this file has the protocol. */
export class UnfinishedCount {
  readonly #words: Words;
  readonly #store: CountedStore;
  readonly #claims: Claims;
  readonly #lossMutex: RawMutex;

  /** Over the words of the store. */
  constructor(words: Words, store: CountedStore, claims: Claims) {
    this.#words = words;
    this.#store = store;
    this.#claims = claims;
    this.#lossMutex = new RawMutex(words, at.lossMutex);
  }

  /** How many values were put and are not finished. */
  get unfinished(): number {
    // What is due last: a value is put before it is finished.
    const finished = this.#finished;
    return (this.#store.due - finished) | 0;
  }

  /** How many were given up as lost so far. */
  get lost(): number {
    return this.#words.load(at.lost);
  }

  /** One of them is finished. */
  finishOne(): void {
    for (;;) {
      const finished = this.#finished;
      if (((this.#store.due - finished) | 0) <= 0) throw new TaskDoneError();
      if (this.#advance(finished, 1)) break;
    }
    this.#claims.add(-1);
    if (this.unfinished === 0) this.#store.wakeJoined();
  }

  /**
   * Gives up the values that no thread can finish any more: there is nothing left to take, and the threads
   * that have taken something and live have finished it. Does nothing while another thread does it.
   */
  giveUpLost(): void {
    if (this.unfinished <= 0) return;
    const mutex = this.#lossMutex;
    if (!mutex.tryLock() && !mutex.tryTakeOver()) return;
    try {
      this.#giveUpLost();
    } finally {
      mutex.unlock();
    }
  }

  #giveUpLost(): void {
    const store = this.#store;
    const finished = this.#finished;
    let missing = 0;
    const isSteady = store.counting(({ due, takes }) => {
      if (due === takes && this.#claims.outstanding() <= 0) missing = (due - finished) | 0;
    });
    // A value that was put, taken or finished meanwhile: then the sum says nothing.
    if (!isSteady || missing <= 0) return;
    // Race "finished while one counts": the last claim may be gone because its value is finished.
    if (this.#finished !== finished) return;
    // Race "told too late": a join that finds everything finished must find what was lost.
    this.#words.add(at.lost, missing);
    if (this.#advance(finished, missing)) store.wakeJoined();
    else this.#words.add(at.lost, -missing);
  }

  get #finished(): number {
    return this.#words.load(at.finished);
  }

  #advance(finished: number, count: number): boolean {
    return this.#words.compareExchange(at.finished, finished, (finished + count) | 0) === finished;
  }
}

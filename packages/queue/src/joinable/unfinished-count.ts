import { RawMutex, type Words } from '@manycore/memory/internal';

import { TaskDoneError } from '../errors.js';
import * as at from '../ring/layout.js';
import type { CountedStore } from '../store.js';

/** An account is two words: whose it is, and how many values that owner has taken and not finished. */
const accountWords = 2;

/** How many owners may have an account at once. */
const accounts = 1024;

export const claimsWords: number = accounts * accountWords;
export const claimsBytes: number = claimsWords * 4;

/**
 * How many values each thread has taken and not finished, so that those of dead threads can be told. A value
 * is claimed before it counts as taken, and released after it counts as finished: the claims never show too
 * little for a thread that lives. A thread that finishes what another took has a negative balance, and the sum
 * is right.
 */
export class Claims {
  readonly #words: Words;
  readonly #first: number;
  readonly #end: number;
  /** Where this thread's account is; -1 until it needs one. */
  #own = -1;

  /** Over `length` of the words, from `first` on. */
  constructor(words: Words, first = 0, length: number = claimsWords) {
    this.#words = words;
    this.#first = first;
    this.#end = first + length;
  }

  /** Adds to this thread's balance. */
  add(change: number): void {
    if (this.#own < 0) this.#own = this.#open();
    if (this.#own >= 0) this.#words.add(this.#own + 1, change);
  }

  /** How many values the threads that live have taken and not finished. */
  outstanding(): number {
    const words = this.#words;
    let sum = 0;
    for (let at = this.#first; at < this.#end; at += accountWords) {
      const owner = words.load(at);
      const balance = words.load(at + 1);
      if (owner !== 0 && balance !== 0 && words.alive(owner)) sum += balance;
    }
    return sum;
  }

  /**
   * The account that this thread has by another handle, or one that is free, or was a dead owner's; -1 when
   * there is none: then losses of this thread go unnoticed.
   */
  #open(): number {
    const words = this.#words;
    const { self } = words;
    for (let at = this.#first; at < this.#end; at += accountWords) {
      if (words.load(at) === self) return at;
    }
    for (const mayBeDead of [false, true]) {
      for (let at = this.#first; at < this.#end; at += accountWords) {
        const owner = words.load(at);
        if (owner !== 0 && !(mayBeDead && !words.alive(owner))) continue;
        if (words.compareExchange(at, owner, self) !== owner) continue;
        words.store(at + 1, 0);
        return at;
      }
    }
    return -1;
  }
}

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

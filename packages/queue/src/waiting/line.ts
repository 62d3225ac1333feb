import { TimeoutError } from '@manycore/core';
import type { Parker, PendingWait } from '@manycore/memory';

import { bufferExchange } from '../exchange/buffer-exchange.js';
import { Pursuit } from '../ring/pursuit.js';
import { lineWatch } from './line-watch.js';
import type { Request } from './request.js';
import { Spin } from './spin.js';
import type { Store } from './store.js';

/** How long a blocked sleep lasts at most, in milliseconds: then the sleeper looks whether anyone has died. */
const slice = 100;

/**
 * The requests of this thread for one side of a store, in the order in which they came. The first one is
 * pursued, and only it may be in the middle of a message; it sleeps for all.
 */
export class Line {
  readonly #store: Store;
  readonly #parker: Parker;
  readonly #pursuit: Pursuit;
  readonly #requests: Request[] = [];
  readonly #spin = new Spin();
  /** The sleep that goes on in the background, if `#pending` is there. */
  #pending: PendingWait | undefined;
  #word = 0;
  #expected = 0;
  /** Looks a while at what changes when there is a reason to try again. */
  readonly #tarry = (word: number): boolean =>
    this.#spin.on(this.#store.words, this.#store.watched(word));
  /** Other lines of this thread, where those may stand for whom a blocked request waits. */
  others: readonly Line[] = [];

  constructor(store: Store, parker: Parker) {
    this.#store = store;
    this.#parker = parker;
    this.#pursuit = new Pursuit(store);
  }

  /** Whether nobody stands in line. */
  get empty(): boolean {
    return this.#requests.length === 0;
  }

  /** Puts a request at the end of the line; it is settled in the background. */
  join(request: Request): void {
    this.#requests.push(request);
    if (this.#requests.length === 1) this.#run();
  }

  /** Takes a request out, if it can leave; false when it cannot: it will be settled soon. */
  leave(request: Request): boolean {
    const place = this.#requests.indexOf(request);
    if (place < 0) return false;
    if (place === 0) {
      this.#cancel();
      if (!request.leave()) {
        this.#run();
        return this.leave(request);
      }
    }
    this.#requests.splice(place, 1);
    if (place === 0) this.#run();
    return true;
  }

  /** Blocks the thread until a request is settled; throws TimeoutError when its time is over. */
  block(request: Request): void {
    this.#cancel();
    this.#requests.push(request);
    try {
      while (!request.settled) this.#step(request);
    } finally {
      if (!request.settled) this.#abandon(request);
      this.#run();
    }
  }

  /** While it sleeps in the background: looks whether anyone has died, and goes on if there is a reason. */
  look(): void {
    if (!this.#pending) return;
    try {
      this.#store.rescue();
      // The flag is still up, unless somebody lowered it who woke this sleeper, or another, who raises it.
      const word = this.#advance();
      if (word === this.#word && this.#pursuit.expected === this.#expected) return;
      this.#cancel();
      if (word !== 0 && !this.#sleep(word)) this.#run();
    } catch (error) {
      this.#fail(error);
    }
  }

  /** Goes on in the background, as far as that is possible at once. */
  nudge(): void {
    if (this.empty) return;
    this.#cancel();
    this.#run();
  }

  /** One round of blocking: as far as possible at once, then one sleep. */
  #step(request: Request): void {
    const word = this.#advance(this.#tarry);
    if (request.settled) return;
    const left = request.deadline - performance.now();
    if (left <= 0) {
      this.#giveUp(request);
      return;
    }
    for (const line of this.others) line.nudge();
    const limit = Math.min(left, slice);
    const outcome = this.#parker.wait(this.#store.words, word, this.#pursuit.expected, limit);
    if (outcome === 'timed-out') bufferExchange.serve();
    this.#pursuit.slept(outcome === 'timed-out');
  }

  #giveUp(request: Request): void {
    const isFirst = this.#requests[0] === request;
    if (isFirst && !request.leave()) return;
    throw new TimeoutError(`${request.missed} within ${request.timeout} ms`);
  }

  /** Takes a request out that failed: a value that it took later would be lost. */
  #abandon(request: Request): void {
    const place = this.#requests.indexOf(request);
    if (place === 0) request.leave();
    if (place >= 0) this.#requests.splice(place, 1);
  }

  /** Settles all that can be settled at once; returns the word to sleep on, or 0 when the line is empty. */
  #advance(spin?: (word: number) => boolean): number {
    for (;;) {
      const first = this.#requests[0];
      if (!first) return 0;
      let outcome: number;
      try {
        outcome = this.#pursuit.advance(() => first.attempt(), spin);
      } catch (error) {
        this.#requests.shift();
        first.fail(error);
        continue;
      }
      if (outcome > 0) return outcome;
      this.#requests.shift();
      first.settle(outcome);
    }
  }

  #run(): void {
    try {
      for (let word = this.#advance(this.#tarry); word !== 0; word = this.#advance()) {
        if (this.#sleep(word)) return;
      }
    } catch (error) {
      this.#fail(error);
    }
  }

  /** There is no sleeping on this memory: nobody may wait for ever. */
  #fail(error: unknown): void {
    this.#cancel();
    for (const request of this.#requests.splice(0)) request.fail(error);
  }

  /** Begins to sleep on a word in the background; false when that did not come about. */
  #sleep(word: number): boolean {
    const { expected } = this.#pursuit;
    const pending = this.#parker.waitAsync(this.#store.words, word, expected, Infinity);
    if (pending === 'not-equal') {
      this.#pursuit.slept(false);
      return false;
    }
    this.#pending = pending;
    this.#word = word;
    this.#expected = expected;
    lineWatch.add(this);
    void pending.settled.then(() => {
      // Given up in the moment between the wake-up and this reaction: then it was passed on.
      if (this.#pending !== pending) return;
      this.#pending = undefined;
      lineWatch.delete(this);
      this.#pursuit.slept(false);
      this.#run();
    });
    return true;
  }

  /** Ends the sleep, if one goes on; a wake-up that it had received goes to others. */
  #cancel(): void {
    if (!this.#pending) return;
    this.#pending.cancel();
    this.#pending = undefined;
    lineWatch.delete(this);
  }
}

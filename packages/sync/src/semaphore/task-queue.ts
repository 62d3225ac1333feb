import type { WaitOptions } from '@manycore/core';
import { type Deferred, deferred, withTimeout } from '@manycore/core/internal';
import { type SharedWords, wait } from '@manycore/memory/internal';

import { type Demand, SemaphoreAttempt } from './semaphore-attempt.js';

/** A task that waits. Those that want the same amount form a list, in the order in which they came. */
interface Waiter {
  readonly amount: number;
  readonly number: number;
  readonly outcome: Deferred<void>;
  state: 'waiting' | 'served' | 'left';
  before: Waiter | undefined;
  next: Waiter | undefined;
}

interface List {
  first: Waiter | undefined;
  last: Waiter | undefined;
}

/**
 * The tasks of this thread that wait for permits of one semaphore. However many there are, only one
 * attempt sleeps for them, on the word that the least demanding of them needs: so a release wakes a
 * thread once, and not each of a thousand tasks to see that the permits are not enough for it.
 *
 * | state    | attempt                | from … by                                                     |
 * |----------|------------------------|---------------------------------------------------------------|
 * | empty    | none                   | any: the last waiter was served or left; the attempt ends     |
 * | one      | sleeps on `permits`    | empty, several: a task joins that wants one permit            |
 * | several  | sleeps on `turn`       | empty: a task joins that wants more; one: the last that wanted one was served or left |
 */
export class TaskQueue implements Demand {
  readonly #words: SharedWords;
  /** By amount. Lists are not empty. */
  readonly #lists = new Map<number, List>();
  #lastNumber = 0;
  /** Ends the attempt that sleeps; undefined when the queue is empty. */
  #stop: AbortController | undefined;
  /** Whether the attempt was begun for a task that wants one permit. */
  #forOne = false;

  constructor(words: SharedWords) {
    this.#words = words;
  }

  /** Waits until the permits were taken. Rejects with a TimeoutError or the signal's reason. */
  async join(amount: number, options: WaitOptions | undefined): Promise<void> {
    const waiter = this.#add(amount);
    this.#attend();
    try {
      await withTimeout(waiter.outcome.promise, options, 'acquire');
    } catch (error) {
      // Race "served while leaving".
      if (waiter.state === 'served') return;
      this.#remove(waiter, 'left');
      this.#attend();
      throw error;
    }
  }

  get least(): number {
    let least = Infinity;
    for (const amount of this.#lists.keys()) if (amount < least) least = amount;
    return least;
  }

  /** Of those for which there is enough, the one that came first. */
  pick(permits: number): number {
    let first: Waiter | undefined;
    for (const [amount, list] of this.#lists) {
      if (amount > permits || !list.first) continue;
      if (!first || list.first.number < first.number) first = list.first;
    }
    return first?.amount ?? 0;
  }

  took(amount: number): void {
    const waiter = this.#lists.get(amount)?.first;
    if (!waiter) return;
    this.#remove(waiter, 'served');
    waiter.outcome.resolve();
  }

  /** Lets an attempt sleep for those that wait, on the right word. */
  #attend(): void {
    const forOne = this.#lists.has(1);
    if (this.#lists.size > 0 && this.#stop && this.#forOne === forOne) return;
    // What wakes the attempt at this moment is passed on, as for any wait that is aborted.
    this.#stop?.abort();
    this.#stop = undefined;
    if (this.#lists.size === 0) return;
    this.#stop = new AbortController();
    this.#forOne = forOne;
    void this.#serve(this.#stop);
  }

  async #serve(stop: AbortController): Promise<void> {
    while (this.#stop === stop) {
      try {
        await wait(new SemaphoreAttempt(this.#words, this), this.#words, Infinity, stop.signal);
      } catch (error) {
        // Aborted: another attempt has taken its place, if it is needed.
        if (!stop.signal.aborted) this.#fail(error);
        return;
      }
      if (this.#stop === stop) this.#attend();
    }
  }

  /** Waiting is impossible. */
  #fail(error: unknown): void {
    this.#stop = undefined;
    for (const { first } of this.#lists.values()) {
      for (let waiter = first; waiter; waiter = waiter.next) {
        waiter.state = 'left';
        waiter.outcome.reject(error);
      }
    }
    this.#lists.clear();
  }

  #add(amount: number): Waiter {
    const list = this.#lists.get(amount);
    this.#lastNumber += 1;
    const waiter: Waiter = {
      amount,
      number: this.#lastNumber,
      outcome: deferred(),
      state: 'waiting',
      before: list?.last,
      next: undefined,
    };
    if (!list) {
      this.#lists.set(amount, { first: waiter, last: waiter });
    } else {
      if (list.last) list.last.next = waiter;
      list.last = waiter;
    }
    return waiter;
  }

  #remove(waiter: Waiter, state: 'served' | 'left'): void {
    const list = this.#lists.get(waiter.amount);
    if (!list || waiter.state !== 'waiting') return;
    waiter.state = state;
    const { before, next } = waiter;
    if (before) before.next = next;
    else if (list.first === waiter) list.first = next;
    if (next) next.before = before;
    else if (list.last === waiter) list.last = before;
    if (!list.first) this.#lists.delete(waiter.amount);
  }
}

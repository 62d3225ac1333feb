import { type Deferred, deferred, onAbort } from '@manycore/core/internal';

import type { Demand } from '../protocol/semaphore/demand.js';
import { SemaphoreAcquire } from '../protocol/semaphore/semaphore-acquire.js';
import { after } from '../waiting/after.js';
import type { BlockParty } from '../waiting/party.js';
import { suspend } from '../waiting/suspend.js';

/** A task that waits. Those who want the same amount form a list, in the order in which they came. */
interface Waiter {
  readonly amount: number;
  readonly number: number;
  readonly outcome: Deferred<'done' | 'timed-out'>;
  /** Out of the queue: served, or gone. */
  left: boolean;
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
 * | one      | sleeps on `permits`    | empty, several: one joins who wants one permit                |
 * | several  | sleeps on `turn`       | empty: one joins who wants more; one: the last who wanted one was served or left |
 */
export class PermitQueue implements Demand {
  readonly #party: BlockParty;
  /** By amount. Lists are not empty. */
  readonly #lists = new Map<number, List>();
  #lastNumber = 0;
  /** Ends the attempt that sleeps; undefined when the queue is empty. */
  #stop: AbortController | undefined;
  /** Whether the attempt was begun for one who wants one permit. */
  #forOne = false;

  constructor(party: BlockParty) {
    this.#party = party;
  }

  /** Waits until the permits were taken, or the time is over. Rejects with the signal's reason. */
  async join(
    amount: number,
    timeout: number,
    signal: AbortSignal | undefined,
  ): Promise<'done' | 'timed-out'> {
    const waiter = this.#add(amount);
    const { promise, resolve, reject } = waiter.outcome;
    const leave = (): void => {
      this.#remove(waiter);
      this.#attend();
    };
    // One that was served at this moment has its permits, whatever follows: it is settled.
    const stopTimer = after(timeout, () => {
      resolve('timed-out');
      leave();
    });
    const unwatch =
      signal &&
      onAbort(signal, () => {
        reject(signal.reason);
        leave();
      });
    try {
      this.#attend();
      return await promise;
    } finally {
      stopTimer();
      unwatch?.();
    }
  }

  get least(): number {
    let least = Infinity;
    for (const amount of this.#lists.keys()) if (amount < least) least = amount;
    return least;
  }

  /** Of those for whom there is enough, the one who came first. */
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
    this.#remove(waiter);
    waiter.outcome.resolve('done');
  }

  /** Sees to it that an attempt sleeps for those who wait, and on the right word. */
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
        await suspend(new SemaphoreAcquire(this), this.#party, Infinity, stop.signal);
      } catch (error) {
        // Given up: another attempt has taken its place, if it is needed.
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
        waiter.left = true;
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
      left: false,
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

  #remove(waiter: Waiter): void {
    const list = this.#lists.get(waiter.amount);
    if (!list || waiter.left) return;
    waiter.left = true;
    const { before, next } = waiter;
    if (before) before.next = next;
    else if (list.first === waiter) list.first = next;
    if (next) next.before = before;
    else if (list.last === waiter) list.last = before;
    if (!list.first) this.#lists.delete(waiter.amount);
  }
}

import type { Attempt, Words } from '@manycore/memory/internal';

/*
 * The words of a semaphore. README.md beside this file has the states and transitions.
 */

/** The word with the permits that are left, and two flags. */
export const permitsWord = 0;

/** Counts releases for which a thread slept that wants several permits. */
export const turnWord = 1;

/** One more than a bounded semaphore may hold; 0 when it is not bounded. Never changes. */
export const boundWord = 2;

export const semaphoreWords = 3;

/** Flag: a thread sleeps, or may sleep, for one permit. */
export const oneWaits: number = 1 << 30;

/** Flag: a thread sleeps, or may sleep, for several permits at once. */
const severalWait: number = 1 << 31;

/** The part of the word that counts permits; also the most there can be. */
export const permitsMask: number = oneWaits - 1;

/**
 * How often those that want several permits look by themselves, in milliseconds: a releaser that was
 * killed before it could begin a new turn left their word unchanged (race "killed releaser").
 */
const recheck = 100;

/** What waits for permits in one place: a blocked thread, or all tasks of a thread. */
export interface Demand {
  /** The least that one of them wants. */
  readonly least: number;
  /** How many permits to take when there are so many: what one of them wants, or 0. */
  pick(permits: number): number;
  /** So many were taken, as `pick` said. */
  took(amount: number): void;
}

/** One thread that wants so many permits. */
export class SingleDemand implements Demand {
  readonly least: number;

  constructor(amount: number) {
    this.least = amount;
  }

  pick(permits: number): number {
    return permits >= this.least ? this.least : 0;
  }

  took(): void {
    // The attempt ends with it.
  }
}

/**
 * The way to permits that were not there at once, for one of those that want some. When the least that is
 * wanted becomes 1, or is not 1 any more, the attempt must be aborted, and another begun: it sleeps on the
 * other word.
 */
export class SemaphoreAttempt implements Attempt {
  readonly word: number;
  readonly limit: number;
  readonly owner = 0;
  expected = 0;
  // Not `#private`: the model checker reads the fields.
  private readonly words: Words;
  private readonly demand: Demand;
  private readonly wantsOne: boolean;
  /** Others may be asleep as well, whose flag the release that woke this one has cleared. */
  private hasSlept = false;

  constructor(words: Words, demand: Demand) {
    this.words = words;
    this.demand = demand;
    this.wantsOne = demand.least === 1;
    this.word = this.wantsOne ? permitsWord : turnWord;
    this.limit = this.wantsOne ? Infinity : recheck;
  }

  poll(): boolean {
    const words = this.words;
    // Before the permits: when it has changed since, permits may have come.
    const turn = this.wantsOne ? 0 : words.load(turnWord);
    const marks = this.hasSlept && this.wantsOne;
    for (let seen = words.load(permitsWord); ; ) {
      const amount = this.demand.pick(seen & permitsMask);
      const mark = this.wantsOne ? oneWaits : severalWait;
      const next = amount === 0 ? seen | mark : (seen - amount) | (marks ? oneWaits : 0);
      const found = next === seen ? seen : words.compareExchange(permitsWord, seen, next);
      if (found !== seen) {
        seen = found;
        continue;
      }
      if (amount === 0) {
        this.expected = this.wantsOne ? next : turn;
        return false;
      }
      this.demand.took(amount);
      // Race "overtaken release": its permit is there, and its wake-up was never sent.
      if (marks && (next & permitsMask) > 0) words.notify(permitsWord, 1);
      return true;
    }
  }

  woke(): void {
    this.hasSlept = true;
  }

  waitedLong(): void {
    // Permits go to the first caller for which there are enough.
  }
}

/** The most permits that the semaphore in these words may hold. */
export function mostPermits(words: Words): number {
  const bound = words.load(boundWord);
  return bound === 0 ? permitsMask : bound - 1;
}

/** Adds permits and wakes those that sleep for them; false, and nothing is added, when there would be too many. */
export function releasePermits(words: Words, amount: number, most: number): boolean {
  for (let seen = words.load(permitsWord); ; ) {
    const permits = (seen & permitsMask) + amount;
    if (permits > most) return false;
    const found = words.compareExchange(permitsWord, seen, permits);
    if (found !== seen) {
      seen = found;
      continue;
    }
    if ((seen & oneWaits) !== 0) words.notify(permitsWord, amount);
    if ((seen & severalWait) !== 0) {
      words.add(turnWord, 1);
      words.notify(turnWord, Infinity);
    }
    return true;
  }
}

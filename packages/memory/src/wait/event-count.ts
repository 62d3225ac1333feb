import type { Words } from '../words.js';
import type { Attempt } from './wait.js';

/**
 * A condition without a lock: waiters prepare, look again, and sleep; notifiers change what is looked at and
 * then notify. One of the two sees the other. The name and the shape are those of Eigen's and folly's
 * EventCount. A notifier pays for a wake-up only when a waiter may sleep.
 *
 * The `waiters` word is 1 while a thread may sleep. Waiters sleep on it, and a notification lowers it to 0; or they
 * sleep on a word that changes anyway, the `epoch`. Then `waiters` stays 1 from the first waiter on: a late
 * notifier that lowered it would take back the announcement of a thread that sleeps on the epoch already.
 */
export class EventCount {
  readonly #words: Words;
  readonly #waiters: number;
  /** The word to sleep on. */
  readonly epoch: number;

  constructor(words: Words, waiters: number, epoch: number = waiters) {
    this.#words = words;
    this.#waiters = waiters;
    this.epoch = epoch;
  }

  /**
   * Announces a waiter. What the epoch must still hold when the sleep begins. The waiter has to look at the
   * condition again between this call and the sleep, and to prepare again after each sleep: the notification
   * that ended it may have taken back the announcements of all waiters.
   */
  prepareWait(): number {
    this.#words.store(this.#waiters, 1);
    return this.epoch === this.#waiters ? 1 : this.#words.load(this.epoch);
  }

  /** After a change: wakes up to `count` waiters if there may be any. */
  notify(count: number): void {
    const words = this.#words;
    if (words.load(this.#waiters) === 0) return;
    if (this.epoch === this.#waiters && words.exchange(this.#waiters, 0) === 0) return;
    words.notify(this.epoch, count);
  }
}

/** What can be slept on: a store of messages, for example. */
export interface WaitSource {
  /** Announces a sleeper of a word: what the word must still hold when the sleep begins; undefined: do not sleep. */
  prepareWait(word: number): number | undefined;
  /**
   * A waiter that had announced itself on this word has come to an end: wakes other sleepers if there may be
   * something for them, because they may rely on that announcement (race "announcement of another").
   */
  passOn(word: number): void;
  /** Looks whether an owner died in the middle of something, and repairs what it left. */
  rescue(): void;
}

/** A word for which a sleeper is announced, and what it must still hold when a sleep on it begins. */
interface Prepared {
  readonly word: number;
  readonly expected: number;
}

const none: readonly Prepared[] = [];

/** How long one sleep lasts at most, in milliseconds, before the sleeper looks for dead owners. */
export const slice = 100;

/**
 * An attempt at a condition that is not one word: `tryOnce` says 0 or less when it has come to an end, else
 * the word that stands in the way. Misses no wake-up: before a sleep on a word it announces a sleeper and
 * tries once more; and it announces one again after each sleep, before it tries (races "lost wake-up" and
 * "one announcement for many"). At the end it passes on what it leaves.
 */
export class PreparedWait implements Attempt {
  word = 0;
  expected = 0;
  readonly limit: number;
  readonly owner = 0;
  /** What `tryOnce` came to at the end: 0 or less. */
  outcome = 0;
  // Not `#private`: the model checker reads the fields.
  /** The words on which it could sleep now; the one that was found in the way last comes first. */
  private prepared: readonly Prepared[] = none;
  /** All words on which it has announced itself. */
  private readonly announced: number[] = [];
  readonly #source: WaitSource;
  readonly #tryOnce: () => number;
  readonly #spin: ((word: number) => boolean) | undefined;

  /**
   * `spin` looks for a while whether to try again before a sleeper is announced: an announcement makes the
   * notifier pay for a wake-up.
   */
  constructor(
    source: WaitSource,
    tryOnce: () => number,
    limit: number = slice,
    spin?: (word: number) => boolean,
  ) {
    this.#source = source;
    this.#tryOnce = tryOnce;
    this.limit = limit;
    this.#spin = spin;
  }

  poll(): boolean {
    for (;;) {
      const outcome = this.#tryOnce();
      if (outcome <= 0) {
        this.outcome = outcome;
        this.leave();
        return true;
      }
      const known = this.#preparedFor(outcome);
      if (known) {
        // The sleeper was announced already when this try looked.
        this.prepared = [known];
        this.word = known.word;
        this.expected = known.expected;
        return false;
      }
      if (this.#spin?.(outcome) === true) continue;
      this.#prepare(outcome);
    }
  }

  /** It has come to an end, or is given up: other sleepers may rely on its announcements. */
  leave(): void {
    const { announced } = this;
    if (announced.length === 0) return;
    this.prepared = none;
    for (const word of announced) this.#source.passOn(word);
    announced.length = 0;
  }

  woke(timedOut: boolean): void {
    if (timedOut) this.#source.rescue();
    const word = this.prepared[0]?.word;
    this.prepared = none;
    if (word !== undefined) this.#prepare(word);
  }

  /** The sources have no order of service. */
  waitedLong(): void {
    // Nothing to do.
  }

  #preparedFor(word: number): Prepared | undefined {
    for (const each of this.prepared) if (each.word === word) return each;
    return undefined;
  }

  #prepare(word: number): void {
    if (!this.announced.includes(word)) this.announced.push(word);
    const expected = this.#source.prepareWait(word);
    if (expected === undefined) return;
    const found = { word, expected };
    this.prepared = this.prepared === none ? [found] : [found, ...this.prepared];
  }
}

/** The most looks before a sleep: some 50 µs, about what a wake-up costs. */
const most = 8_000;
/** The fewest: two microseconds. */
const least = 256;
/** After so many sleeps the thread tries again whether many looks pay. */
const trial = 64;

/**
 * Looks for a change before a sleep, for as long as that pays: long after a success, half as long after each
 * failure (adaptive spinning, as of Solaris' and glibc's mutexes). Where messages go back and forth without
 * pause no thread sleeps; where they come seldom almost nothing is spent.
 */
export class Spin {
  readonly #most: number;
  readonly #least: number;
  #limit: number;
  #sleeps = 0;

  /** How many looks there are: for a thread that has an event loop to serve, fewer than by default. */
  constructor(limits: { readonly most: number; readonly least: number } = { most, least }) {
    this.#most = limits.most;
    this.#least = limits.least;
    this.#limit = limits.most;
  }

  /** Looks at a word for a while; whether it has changed. */
  on(words: Int32Array, word: number): boolean {
    const before = Atomics.load(words, word);
    for (let i = 0; i < this.#limit; i += 1) {
      if (Atomics.load(words, word) === before) continue;
      this.#limit = this.#most;
      return true;
    }
    this.#sleeps += 1;
    this.#limit = this.#sleeps % trial === 0 ? this.#most : Math.max(this.#limit >> 1, this.#least);
    return false;
  }
}

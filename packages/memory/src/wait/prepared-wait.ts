import type { Attempt } from './attempt.js';

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

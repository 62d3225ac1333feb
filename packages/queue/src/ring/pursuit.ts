/** What can be slept on: a ring, or another store of messages. */
export interface Sleepable {
  /** To be called before sleeping on a word: what it must still hold then; 0: do not sleep. */
  arm(word: number): number;
  /** Looks whether anyone died in the middle of something, and sets it right. */
  rescue(): void;
}

/** A word whose flag this pursuit has raised, and what it must still hold when a sleep on it begins. */
export interface Armed {
  readonly word: number;
  readonly expected: number;
}

const none: readonly Armed[] = [];

/**
 * Repeats an attempt until it comes to something, the way that misses no wake-up: before it sleeps on a
 * word it raises the flag of that word and tries once more; and after each sleep it raises the flag again
 * before it tries, because others may still sleep.
 */
export class Pursuit {
  readonly #store: Sleepable;
  /** The word that was last found to be in the way first. */
  #armed: readonly Armed[] = none;

  constructor(store: Sleepable) {
    this.#store = store;
  }

  /** The words whose flags it has raised. */
  get armed(): readonly Armed[] {
    return this.#armed;
  }

  /** What the word to sleep on must still hold when the sleep begins. */
  get expected(): number {
    return this.#armed[0]?.expected ?? 0;
  }

  /**
   * Attempts; returns an outcome, or the word to sleep on while it holds `expected`. `spin`, when given,
   * looks a while whether to try again before the flag is raised: who raises it makes others pay for it.
   */
  advance(attempt: () => number, spin?: (word: number) => boolean): number {
    for (;;) {
      const outcome = attempt();
      if (outcome <= 0) {
        this.#armed = none;
        return outcome;
      }
      const known = this.#armed.find(({ word }) => word === outcome);
      if (known) {
        // The flag was up already when this attempt looked.
        this.#armed = [known];
        return outcome;
      }
      if (spin?.(outcome) === true) continue;
      this.#arm(outcome);
    }
  }

  /** The sleep is over; `timedOut` when it was not ended by anyone. */
  slept(timedOut: boolean): void {
    if (timedOut) this.#store.rescue();
    const word = this.#armed[0]?.word;
    this.#armed = none;
    if (word !== undefined) this.#arm(word);
  }

  #arm(word: number): void {
    const expected = this.#store.arm(word);
    if (expected !== 0) this.#armed = [{ word, expected }, ...this.#armed];
  }
}


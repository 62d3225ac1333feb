import type { Attempt } from '../wait/wait.js';
import type { Words } from '../words.js';
import {
  abandonedBy,
  contended,
  free,
  handoffWindow,
  isAbandoned,
  ownerMask,
  reserved,
  starving,
} from './raw-mutex.js';

/** What a mutex guards in its own words. */
export interface MutexRules {
  /** A word that is not 0 when an owner's death does harm; absent: it always does. */
  readonly harmWord?: number;
  /** Words that only the owner writes, 0 while the mutex is free: a takeover sets them to 0. */
  readonly ownerWords?: readonly number[];
}

/** How a mutex is to be acquired. */
export interface LockOptions extends MutexRules {
  /** Ask whether the owner lives before the first sleep. */
  readonly suspicious?: boolean;
  /** Take over from a dead owner instead of ending without the mutex. */
  readonly recovering?: boolean;
  /** Called once the mutex is taken, before any other task of the thread runs. */
  readonly took?: (() => void) | undefined;
}

/** The slow path to a mutex that was not free at once. See README.md for the transitions. */
export class LockAttempt implements Attempt {
  readonly word: number;
  expected = 0;
  limit: number;
  owner = 0;
  /** The mutex was taken over from an owner whose death did harm. */
  recovered = false;
  /** The owner that died while it held the mutex, when the attempt ended without it; else 0. */
  deadOwner = 0;
  // Not `#private`: the model checker reads the fields.
  private readonly words: Words;
  private readonly recovering: boolean;
  private readonly rules: LockOptions;
  /** Whether to ask if the owner lives before the next sleep. */
  private suspicious: boolean;
  /** May take a reserved mutex; and others may be asleep as well. */
  private hasSlept = false;
  private starving = false;

  constructor(words: Words, word: number, options: LockOptions = {}) {
    const { suspicious = false, recovering = false } = options;
    this.words = words;
    this.word = word;
    this.limit = Infinity;
    this.suspicious = suspicious;
    this.recovering = recovering;
    this.rules = options;
  }

  poll(): boolean {
    const words = this.words;
    for (let seen = words.load(this.word); ; ) {
      let next: number;
      if (seen === reserved && !this.hasSlept) return this.#park(seen, handoffWindow);
      const isFree = seen === free || seen === reserved;
      const isDead = isAbandoned(seen);
      const isHarmful = isDead && this.#doesHarm();
      if (isHarmful && !this.recovering) {
        // Race "harm of another": a takeover in between means that the word of harm was the next owner's.
        const found = words.load(this.word);
        if (found === seen) {
          this.deadOwner = seen & ownerMask;
          return true;
        }
        seen = found;
        continue;
      }
      if (isFree || isDead) {
        next = this.#claim(seen);
      } else if (this.suspicious) {
        this.suspicious = false;
        if (words.alive(seen & ownerMask)) continue;
        next = abandonedBy(seen & ownerMask);
      } else {
        next = seen | contended | (this.starving ? starving : 0);
        if (next === seen) return this.#park(seen, Infinity);
      }
      const found = words.compareExchange(this.word, seen, next);
      if (found !== seen) {
        seen = found;
        continue;
      }
      if (isDead) for (const each of this.rules.ownerWords ?? []) words.store(each, 0);
      if (isFree || isDead) {
        this.recovered = isHarmful;
        this.rules.took?.();
        return true;
      }
      if (!isAbandoned(next)) return this.#park(next, Infinity);
      // All sleepers are to find out that the owner died.
      words.notify(this.word, Infinity);
      seen = next;
    }
  }

  woke(timedOut: boolean): void {
    this.hasSlept = true;
    this.suspicious ||= timedOut;
  }

  waitedLong(): void {
    this.starving = true;
  }

  /** The word with which to take a mutex that holds `seen`. */
  #claim(seen: number): number {
    const mine = this.words.self | (this.hasSlept ? contended : 0);
    // Another thread starves, for which the mutex was reserved.
    return seen === reserved && !this.starving ? mine | starving : mine;
  }

  #doesHarm(): boolean {
    const { harmWord } = this.rules;
    return harmWord === undefined || this.words.load(harmWord) !== 0;
  }

  #park(expected: number, limit: number): false {
    this.expected = expected;
    this.limit = limit;
    this.owner = expected & ownerMask;
    return false;
  }
}

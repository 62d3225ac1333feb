import { Progress, type WaitingAttempt } from '../../waiting/attempt.js';
import type { Party } from '../../waiting/party.js';
import { isAbandoned, ownerMask } from '../lock/states.js';
import { isEligible, limitWord, noticesWord } from './states.js';

/** A party that can see the lock of its condition. */
export interface ConditionParty extends Party {
  readonly lockWords: Int32Array;
}

/** Where the lock's word is. */
const lockWord = 0;

/** How often a sleeper looks whether the lock was left behind by an owner that died, in milliseconds. */
const recheck = 100;

const [look, check, lock] = [0, 1, 2] as const;

/**
 * Sleeps until there seems to be a notice to take, or until the lock is lost: in both cases the lock is
 * to be acquired again. Not holding the lock; one action a step.
 */
export class ConditionSleep implements WaitingAttempt {
  readonly index: number;
  expected = 0;
  readonly limit: number = recheck;
  readonly owner = 0;
  private readonly base: number;
  private readonly ticket: number;
  private at: number = look;
  /** Slept for so long that the lock is to be looked after. */
  private suspicious = false;

  constructor(base: number, ticket: number) {
    this.base = base;
    this.index = base + noticesWord;
    this.ticket = ticket;
  }

  step(party: ConditionParty): Progress {
    const { words } = party;
    switch (this.at) {
      case look:
        // The notices before the limit: whoever gives a notice raises the limit first.
        this.expected = Atomics.load(words, this.index);
        return this.expected === 0 ? this.unnoticed() : this.go(check);
      case check: {
        const limit = Atomics.load(words, this.base + limitWord);
        return isEligible(this.ticket, limit) ? Progress.done : this.unnoticed();
      }
      default: {
        this.suspicious = false;
        this.at = look;
        const seen = Atomics.load(party.lockWords, lockWord);
        const owner = seen & ownerMask;
        return isAbandoned(seen) || (owner !== 0 && !party.alive(owner))
          ? Progress.done
          : Progress.park;
      }
    }
  }

  slept(suspicious: boolean): void {
    this.at = look;
    this.suspicious ||= suspicious;
  }

  hurry(): void {
    // Who is woken is up to whoever notifies.
  }

  private unnoticed(): Progress {
    return this.suspicious ? this.go(lock) : Progress.park;
  }

  private go(at: number): Progress {
    this.at = at;
    return Progress.again;
  }
}

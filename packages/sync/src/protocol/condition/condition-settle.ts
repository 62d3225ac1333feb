import { type Attempt, Progress } from '../../waiting/attempt.js';
import type { Party } from '../../waiting/party.js';
import { isEligible, limitWord, noticesWord, waitersWord } from './states.js';

const [look, take, leave] = [0, 1, 2] as const;

/**
 * Decides, holding the lock again, whether the wait is over: takes a notice if there is one for this
 * waiter; one who leaves anyhow stops being counted. One action a step.
 */
export class ConditionSettle implements Attempt {
  /** A notice was taken. */
  notified = false;
  private readonly base: number;
  private readonly ticket: number;
  private readonly leaving: boolean;
  private at: number = look;

  constructor(base: number, ticket: number, leaving: boolean) {
    this.base = base;
    this.ticket = ticket;
    this.leaving = leaving;
  }

  step({ words }: Party): Progress {
    switch (this.at) {
      case look: {
        // Only holders of the lock change any of it: looking at two words is one action.
        const notices = Atomics.load(words, this.base + noticesWord);
        const limit = Atomics.load(words, this.base + limitWord);
        this.notified = notices > 0 && isEligible(this.ticket, limit);
        if (!this.notified && !this.leaving) return Progress.done;
        this.at = this.notified ? take : leave;
        return Progress.again;
      }
      case take:
        Atomics.sub(words, this.base + noticesWord, 1);
        this.at = leave;
        return Progress.again;
      default:
        Atomics.sub(words, this.base + waitersWord, 1);
        return Progress.done;
    }
  }
}

import { type Attempt, Progress } from '../../waiting/attempt.js';
import type { Party } from '../../waiting/party.js';
import { limitWord, noticesWord, ticketWord, waitersWord } from './states.js';

const [count, limit, give, wake] = [0, 1, 2, 3] as const;

/** Lets up to `most` of those go who wait now, while holding the lock. One action a step. */
export class ConditionNotify implements Attempt {
  private readonly base: number;
  private readonly most: number;
  private at: number = count;
  private notices = 0;

  constructor(base: number, most: number) {
    this.base = base;
    this.most = most;
  }

  step(party: Party): Progress {
    const { words } = party;
    switch (this.at) {
      case count: {
        const waiters = Atomics.load(words, this.base + waitersWord);
        const given = Atomics.load(words, this.base + noticesWord);
        this.notices = Math.min(this.most, waiters - given);
        return this.notices <= 0 ? Progress.done : this.go(limit);
      }
      case limit:
        Atomics.store(words, this.base + limitWord, Atomics.load(words, this.base + ticketWord));
        return this.go(give);
      case give:
        Atomics.add(words, this.base + noticesWord, this.notices);
        return this.go(wake);
      default:
        party.wake(this.base + noticesWord, this.notices);
        return Progress.done;
    }
  }

  private go(at: number): Progress {
    this.at = at;
    return Progress.again;
  }
}

import { type Attempt, Progress } from '../../waiting/attempt.js';
import type { Party } from '../../waiting/party.js';
import {
  mostPermits,
  oneWaits,
  permitsMask,
  permitsWord,
  severalWait,
  turnWord,
} from './states.js';

const [look, giveBack, wake, nextTurn, wakeAll] = [0, 1, 2, 3, 4] as const;

/** Gives permits back, and wakes those who sleep for them. One atomic action a step. */
export class SemaphoreRelease implements Attempt {
  private readonly amount: number;
  private at: number = look;
  private seen = 0;

  constructor(amount: number) {
    this.amount = amount;
  }

  /** Ends with `notHeld` when the semaphore would hold more permits than it may. */
  step(party: Party): Progress {
    const { words } = party;
    const seen = this.seen;
    switch (this.at) {
      case look:
        this.seen = Atomics.load(words, permitsWord);
        this.at = giveBack;
        return Progress.again;
      case giveBack: {
        const permits = (seen & permitsMask) + this.amount;
        // The bound never changes, so reading it is no action of its own.
        if (permits > mostPermits(words)) return Progress.notHeld;
        const found = Atomics.compareExchange(words, permitsWord, seen, permits);
        if (found !== seen) {
          this.seen = found;
          return Progress.again;
        }
        if ((seen & oneWaits) !== 0) return this.go(wake);
        return seen < 0 ? this.go(nextTurn) : Progress.done;
      }
      case wake:
        party.wake(permitsWord, this.amount);
        return (seen & severalWait) !== 0 ? this.go(nextTurn) : Progress.done;
      case nextTurn:
        Atomics.add(words, turnWord, 1);
        return this.go(wakeAll);
      default:
        party.wake(turnWord, Infinity);
        return Progress.done;
    }
  }

  private go(at: number): Progress {
    this.at = at;
    return Progress.again;
  }
}

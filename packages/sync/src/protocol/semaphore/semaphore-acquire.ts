import { Progress, type WaitingAttempt } from '../../waiting/attempt.js';
import type { Party } from '../../waiting/party.js';
import type { Demand } from './demand.js';
import { oneWaits, permitsMask, permitsWord, severalWait, turnWord } from './states.js';

/**
 * How often those who want several permits look by themselves, in milliseconds: a releaser that was
 * killed before it could begin a new turn left their word unchanged (race "killed releaser").
 */
const recheck = 100;

const [look, take, mark, share, turn] = [0, 1, 2, 3, 4] as const;

/**
 * The way to permits that were not there at once, for one of those who want some. One atomic action a
 * step. When the least that is wanted becomes 1, or is not 1 any more, the attempt must be given up, as by
 * an abort, and another begun: it sleeps on the other word.
 */
export class SemaphoreAcquire implements WaitingAttempt {
  index: number;
  expected = 0;
  readonly limit: number;
  readonly owner = 0;
  // Not `#private`: the model checker copies attempts.
  private readonly demand: Demand;
  private readonly wantsOne: boolean;
  private at: number;
  /** The word as it was last seen. */
  private seen = 0;
  /** The turn before the word was seen: when it has changed, permits may have come since. */
  private turn = 0;
  private queued = false;

  constructor(demand: Demand) {
    this.demand = demand;
    this.wantsOne = demand.least === 1;
    this.index = this.wantsOne ? permitsWord : turnWord;
    this.limit = this.wantsOne ? Infinity : recheck;
    this.at = this.wantsOne ? look : turn;
  }

  step(party: Party): Progress {
    const { words } = party;
    const seen = this.seen;
    switch (this.at) {
      case turn:
        this.turn = Atomics.load(words, turnWord);
        return this.go(look);
      case look:
        return this.consider(Atomics.load(words, permitsWord));
      case take: {
        const amount = this.demand.pick(seen & permitsMask);
        // A release that woke us for one permit has cleared the mark, and others may still sleep.
        const waits = this.queued && this.wantsOne ? oneWaits : 0;
        const word = (seen - amount) | waits;
        const found = Atomics.compareExchange(words, permitsWord, seen, word);
        if (found !== seen) return this.consider(found);
        this.demand.took(amount);
        return waits !== 0 && (word & permitsMask) > 0 ? this.go(share) : Progress.done;
      }
      case mark: {
        const word = seen | this.flag;
        const found = Atomics.compareExchange(words, permitsWord, seen, word);
        return found === seen ? this.park(word) : this.consider(found);
      }
      default:
        // Race "overtaken release": its permit is there, and its wake-up was never sent.
        party.wake(permitsWord, 1);
        return Progress.done;
    }
  }

  slept(): void {
    this.queued = true;
    this.at = this.wantsOne ? look : turn;
  }

  hurry(): void {
    // Permits go to whoever asks while there are enough.
  }

  private get flag(): number {
    return this.wantsOne ? oneWaits : severalWait;
  }

  private consider(seen: number): Progress {
    this.seen = seen;
    if (this.demand.pick(seen & permitsMask) > 0) return this.go(take);
    return (seen & this.flag) === 0 ? this.go(mark) : this.park(seen);
  }

  private go(at: number): Progress {
    this.at = at;
    return Progress.again;
  }

  private park(word: number): Progress {
    this.expected = this.wantsOne ? word : this.turn;
    return Progress.park;
  }
}

import { Progress, type WaitingAttempt } from '../../waiting/attempt.js';
import type { Party } from '../../waiting/party.js';
import {
  abandonedBy,
  contended,
  courtesy,
  free,
  isAbandoned,
  ownerMask,
  reserved,
  starving,
} from './states.js';

const [look, take, mark, check, condemn, alarm] = [0, 1, 2, 3, 4, 5] as const;

/** The way to a lock that was not free at once. One atomic action a step. */
export class LockAcquire implements WaitingAttempt {
  readonly index: number;
  expected = 0;
  limit: number;
  owner = 0;
  // Not `#private`: the model checker copies attempts.
  /** Takes over from a dead owner instead of ending with `abandoned`. */
  readonly recovering: boolean;
  /** The lock was taken over from a dead owner. */
  recovered = false;
  private at: number = look;
  /** The word as it was last seen. */
  private seen = 0;
  /** Has been asleep: may take a reserved lock, and others may sleep as well. */
  private queued = false;
  private hungry = false;
  /** Whether the owner is to be looked after before the next sleep. */
  private suspicious: boolean;

  constructor(index: number, suspicious: boolean, recovering = false) {
    this.index = index;
    this.limit = Infinity;
    this.suspicious = suspicious;
    this.recovering = recovering;
  }

  step(party: Party): Progress {
    const { words, self } = party;
    const seen = this.seen;
    switch (this.at) {
      case look:
        return this.consider(Atomics.load(words, this.index));
      case take: {
        // Others may be asleep, and whoever woke us has cleared the mark: set it for them.
        let word = this.queued ? self | contended : self;
        if (seen === reserved && !this.hungry) word |= starving;
        if (isAbandoned(seen)) this.recovered = true;
        const found = Atomics.compareExchange(words, this.index, seen, word);
        if (found === seen) return Progress.done;
        this.recovered = false;
        return this.consider(found);
      }
      case mark: {
        const word = seen | contended | (this.hungry ? starving : 0);
        const found = Atomics.compareExchange(words, this.index, seen, word);
        return found === seen ? this.park(word, Infinity) : this.consider(found);
      }
      case check:
        this.suspicious = false;
        if (!party.alive(seen & ownerMask)) {
          this.at = condemn;
          return Progress.again;
        }
        return this.consider(seen);
      case condemn: {
        const word = abandonedBy(seen & ownerMask);
        const found = Atomics.compareExchange(words, this.index, seen, word);
        if (found !== seen) return this.consider(found);
        this.seen = word;
        this.at = alarm;
        return Progress.again;
      }
      default:
        party.wake(this.index, Infinity);
        return this.consider(this.seen);
    }
  }

  slept(suspicious: boolean): void {
    this.queued = true;
    this.suspicious ||= suspicious;
    this.at = look;
  }

  hurry(): void {
    this.hungry = true;
  }

  /** Whose death made the attempt end with `abandoned`. */
  get deceased(): number {
    return this.seen & ownerMask;
  }

  /** Decides on the next step by what the word holds. */
  private consider(seen: number): Progress {
    this.seen = seen;
    if (seen === free) return this.go(take);
    if (seen === reserved) return this.queued ? this.go(take) : this.park(seen, courtesy);
    if (isAbandoned(seen)) return this.recovering ? this.go(take) : Progress.abandoned;
    if (this.suspicious) return this.go(check);
    const marked = this.hungry ? seen < 0 : (seen & contended) !== 0;
    return marked ? this.park(seen, Infinity) : this.go(mark);
  }

  private go(at: number): Progress {
    this.at = at;
    return Progress.again;
  }

  private park(expected: number, limit: number): Progress {
    this.expected = expected;
    this.limit = limit;
    this.owner = expected & ownerMask;
    return Progress.park;
  }
}

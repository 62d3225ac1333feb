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
  /** The lock was taken over from an owner whose death did harm. */
  recovered = false;
  private at: number = look;
  /** The word as it was last seen. */
  private seen = 0;
  /** Has been asleep: may take a reserved lock, and others may sleep as well. */
  private queued = false;
  private hungry = false;
  /** Whether the owner is to be looked after before the next sleep. */
  private suspicious: boolean;

  /** A word that is not 0 when an owner's death does harm; −1: it always does. */
  private readonly harmWord: number;

  constructor(index: number, suspicious: boolean, recovering = false, harmWord = -1) {
    this.index = index;
    this.limit = Infinity;
    this.suspicious = suspicious;
    this.recovering = recovering;
    this.harmWord = harmWord;
  }

  step(party: Party): Progress {
    const { words, self } = party;
    const seen = this.seen;
    switch (this.at) {
      case look:
        return this.consider(party, Atomics.load(words, this.index));
      case take: {
        // Others may be asleep, and whoever woke us has cleared the mark: set it for them.
        let word = this.queued ? self | contended : self;
        if (seen === reserved && !this.hungry) word |= starving;
        const found = Atomics.compareExchange(words, this.index, seen, word);
        return found === seen ? Progress.done : this.consider(party, found);
      }
      case mark: {
        const word = seen | contended | (this.hungry ? starving : 0);
        const found = Atomics.compareExchange(words, this.index, seen, word);
        return found === seen ? this.park(word, Infinity) : this.consider(party, found);
      }
      case check:
        this.suspicious = false;
        if (!party.alive(seen & ownerMask)) {
          this.at = condemn;
          return Progress.again;
        }
        return this.consider(party, seen);
      case condemn: {
        const word = abandonedBy(seen & ownerMask);
        const found = Atomics.compareExchange(words, this.index, seen, word);
        if (found !== seen) return this.consider(party, found);
        this.seen = word;
        this.at = alarm;
        return Progress.again;
      }
      default:
        party.wake(this.index, Infinity);
        return this.consider(party, this.seen);
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
  private consider(party: Party, seen: number): Progress {
    this.seen = seen;
    if (seen === free) return this.go(take);
    if (seen === reserved) return this.queued ? this.go(take) : this.park(seen, courtesy);
    this.recovered = isAbandoned(seen) && this.doesHarm(party);
    if (this.recovered && !this.recovering) return Progress.abandoned;
    if (isAbandoned(seen)) return this.go(take);
    if (this.suspicious) return this.go(check);
    const marked = this.hungry ? seen < 0 : (seen & contended) !== 0;
    return marked ? this.park(seen, Infinity) : this.go(mark);
  }

  private doesHarm({ words }: Party): boolean {
    return this.harmWord < 0 || Atomics.load(words, this.harmWord) !== 0;
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

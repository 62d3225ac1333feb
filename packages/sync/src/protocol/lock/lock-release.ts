import { type Attempt, Progress } from '../../waiting/attempt.js';
import type { Party } from '../../waiting/party.js';
import { contended, free, isAbandoned, isHeld, reserved } from './states.js';

const [look, giveBack, wake, open, wakeLate] = [0, 1, 2, 3, 4] as const;

/** Gives a lock back, whoever took it, and wakes one who sleeps for it. One atomic action a step. */
export class LockRelease implements Attempt {
  private readonly index: number;
  private at: number = look;
  private seen = 0;

  constructor(index: number) {
    this.index = index;
  }

  step(party: Party): Progress {
    const { words } = party;
    const seen = this.seen;
    switch (this.at) {
      case look:
        return this.consider(Atomics.load(words, this.index));
      case giveBack: {
        const word = seen < 0 ? reserved : free;
        const found = Atomics.compareExchange(words, this.index, seen, word);
        if (found !== seen) return this.consider(found);
        return (seen & contended) === 0 ? Progress.done : this.go(wake);
      }
      case wake: {
        const woken = party.wake(this.index, 1);
        return seen < 0 && woken === 0 ? this.go(open) : Progress.done;
      }
      case open:
        // Nobody was asleep, so nobody will come and take what was reserved.
        return Atomics.compareExchange(words, this.index, reserved, free) === reserved
          ? this.go(wakeLate)
          : Progress.done;
      default:
        // Newcomers may have stepped back in between.
        party.wake(this.index, 1);
        return Progress.done;
    }
  }

  private consider(seen: number): Progress {
    this.seen = seen;
    if (!isHeld(seen)) return Progress.notHeld;
    return isAbandoned(seen) ? Progress.abandoned : this.go(giveBack);
  }

  private go(at: number): Progress {
    this.at = at;
    return Progress.again;
  }
}

import { type Attempt, Progress } from '../../waiting/attempt.js';
import type { Party } from '../../waiting/party.js';
import { isSet, sleepersWord, valueWord } from './states.js';

const [look, change, ask, wake] = [0, 1, 2, 3] as const;

/** Changes the value of a signal, and wakes all if that opens it. One atomic action a step. */
abstract class SignalChange implements Attempt {
  private at: number = look;
  private seen = 0;

  /** What is to become of the value; undefined when it is to stay. */
  protected abstract next(value: number): number | undefined;

  /** Whether those who wait may go when the value becomes this. */
  protected abstract opens(value: number): boolean;

  step(party: Party): Progress {
    const { words } = party;
    switch (this.at) {
      case look:
        this.seen = Atomics.load(words, valueWord);
        this.at = change;
        return Progress.again;
      case change: {
        const value = this.next(this.seen);
        if (value === undefined) return Progress.done;
        const found = Atomics.compareExchange(words, valueWord, this.seen, value);
        if (found !== this.seen) {
          this.seen = found;
          return Progress.again;
        }
        if (!this.opens(value)) return Progress.done;
        this.at = ask;
        return Progress.again;
      }
      case ask:
        if (Atomics.exchange(words, sleepersWord, 0) === 0) return Progress.done;
        this.at = wake;
        return Progress.again;
      default:
        party.wake(valueWord, Infinity);
        return Progress.done;
    }
  }
}

export class EventSet extends SignalChange {
  protected next(value: number): number | undefined {
    return isSet(value) ? undefined : (value + 1) | 0;
  }

  protected opens(): boolean {
    return true;
  }
}

export class EventClear extends SignalChange {
  protected next(value: number): number | undefined {
    return isSet(value) ? (value + 1) | 0 : undefined;
  }

  protected opens(): boolean {
    return false;
  }
}

export class LatchCountDown extends SignalChange {
  private readonly amount: number;

  constructor(amount: number) {
    super();
    this.amount = amount;
  }

  protected next(value: number): number | undefined {
    return value === 0 ? undefined : Math.max(0, value - this.amount);
  }

  protected opens(value: number): boolean {
    return value === 0;
  }
}

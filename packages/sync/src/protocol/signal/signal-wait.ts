import { Progress, type WaitingAttempt } from '../../waiting/attempt.js';
import type { Party } from '../../waiting/party.js';
import { isSet, sleepersWord, valueWord } from './states.js';

/** The way through a signal: until its value opens it. One atomic action a step. */
abstract class SignalWait implements WaitingAttempt {
  readonly index: number = valueWord;
  readonly limit: number = Infinity;
  readonly owner = 0;
  expected = 0;
  private announcing = false;

  /** Whether one may go on who now sees this value. */
  protected abstract opens(value: number): boolean;

  step({ words }: Party): Progress {
    if (this.announcing) {
      this.announcing = false;
      Atomics.store(words, sleepersWord, 1);
      return Progress.park;
    }
    this.expected = Atomics.load(words, valueWord);
    if (this.opens(this.expected)) return Progress.done;
    this.announcing = true;
    return Progress.again;
  }

  slept(): void {
    // Look again: that is the first step.
  }

  hurry(): void {
    // All go at once.
  }
}

/** Until the event is set, or has been set since the first look. */
export class EventWait extends SignalWait {
  private looked = false;
  private first = 0;

  protected opens(value: number): boolean {
    if (!this.looked) {
      this.looked = true;
      this.first = value;
    }
    return isSet(value) || value !== this.first;
  }
}

/** Until the count is 0. */
export class LatchWait extends SignalWait {
  protected opens(value: number): boolean {
    return value === 0;
  }
}

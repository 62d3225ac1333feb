import { type Attempt, Progress } from '../../waiting/attempt.js';
import type { Party } from '../../waiting/party.js';
import { ticketWord, waitersWord } from './states.js';

const [draw, count] = [0, 1] as const;

/** Begins a wait, while holding the lock. Afterwards the lock is released. One action a step. */
export class ConditionEnlist implements Attempt {
  ticket = 0;
  private readonly base: number;
  private at: number = draw;

  constructor(base: number) {
    this.base = base;
  }

  step({ words }: Party): Progress {
    if (this.at === draw) {
      this.ticket = Atomics.add(words, this.base + ticketWord, 1);
      this.at = count;
      return Progress.again;
    }
    Atomics.add(words, this.base + waitersWord, 1);
    return Progress.done;
  }
}

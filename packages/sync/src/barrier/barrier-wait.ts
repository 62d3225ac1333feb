import { Progress, type WaitingAttempt } from '../waiting/attempt.js';
import { BarrierWords } from './barrier-words.js';

/** How often a party looks whether whoever runs the action lives, in milliseconds. */
const recheck = 100;

/** Sleeps until a generation has ended. */
export class BarrierWait implements WaitingAttempt {
  readonly index: number = BarrierWords.index;
  readonly expected: number;
  readonly limit: number = recheck;
  readonly owner = 0;
  readonly #words: BarrierWords;
  #suspicious = false;

  constructor(words: BarrierWords, generation: number) {
    this.#words = words;
    this.expected = generation;
  }

  step(): Progress {
    if (this.#suspicious) this.#words.checkActor();
    this.#suspicious = false;
    return this.#words.generation === this.expected ? Progress.park : Progress.done;
  }

  slept(suspicious: boolean): void {
    this.#suspicious = suspicious;
  }

  hurry(): void {
    // All go at once.
  }
}

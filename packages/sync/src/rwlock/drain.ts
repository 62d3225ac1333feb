import { Progress, type WaitingAttempt } from '../waiting/attempt.js';
import type { BlockParty } from '../waiting/party.js';
import type { ReaderSlots } from './reader-slots.js';

/** Grows when a reader leaves while somebody holds the lock. */
export const drainWord = 1;

/** How often a writer looks whether the readers that it waits for live, in milliseconds. */
const recheck = 100;

/** Sleeps, holding the lock, until nobody reads. */
export class Drain implements WaitingAttempt {
  readonly index: number = drainWord;
  expected = 0;
  readonly limit: number = recheck;
  readonly owner = 0;
  readonly #slots: ReaderSlots;
  #suspicious: boolean;

  constructor(slots: ReaderSlots, suspicious: boolean) {
    this.#slots = slots;
    this.#suspicious = suspicious;
  }

  step({ words }: BlockParty): Progress {
    this.expected = Atomics.load(words, drainWord);
    const busy = this.#slots.busy(this.#suspicious);
    this.#suspicious = false;
    return busy ? Progress.park : Progress.done;
  }

  slept(suspicious: boolean): void {
    this.#suspicious = suspicious;
  }

  hurry(): void {
    // Readers cannot be hurried.
  }
}

import type { Scheduler } from '../../src/scheduler/scheduler.js';

/** Follows one warm-up, and checks guarantee 6 of src/scheduler/README.md. */
export class WarmUpCheck<P> {
  readonly #scheduler: Scheduler<P>;
  readonly #count: number;
  readonly #refusal: unknown;
  #ended = false;

  /** The warm-up brings so many workers; it is about to begin. */
  constructor(scheduler: Scheduler<P>, count: number) {
    this.#scheduler = scheduler;
    this.#count = count;
    this.#refusal = scheduler.refusal;
  }

  /** After each step. Returns how the warm-up ended, in the step in which it did. */
  step(hasTimer: boolean): string | undefined {
    if (this.#ended) return undefined;
    const { state, workers } = this.#scheduler;
    const outcome = state === 'open' ? this.#outcome : state;
    if (outcome === undefined && workers.starting === 0 && !hasTimer) {
      throw new Error('nothing starts the workers of a warm-up');
    }
    this.#ended = outcome !== undefined;
    return outcome;
  }

  get #outcome(): 'done' | 'refused' | undefined {
    if (this.#scheduler.isWarm(this.#count)) return 'done';
    return this.#scheduler.refusal === this.#refusal ? undefined : 'refused';
  }
}

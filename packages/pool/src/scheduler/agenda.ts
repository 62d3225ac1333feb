import type { Effect } from './effect.js';

/** What is to be done after this step, in order, and the one timer. */
export class Agenda<P> {
  #effects: Effect<P>[] = [];
  /** The earliest timer that was asked for and has not fired. */
  #armed = Infinity;

  push(effect: Effect<P>): void {
    this.#effects.push(effect);
  }

  /** Asks for a tick at that time, unless an earlier one will come. */
  wakeAt(at: number): void {
    if (at >= this.#armed) return;
    this.#armed = at;
    this.#effects.push({ type: 'timer', at });
  }

  /** The timer fired: whoever still waits for a time asks again. */
  fired(): void {
    this.#armed = Infinity;
  }

  /** Hands the effects out. */
  take(): readonly Effect<P>[] {
    const effects = this.#effects;
    if (effects.length > 0) this.#effects = [];
    return effects;
  }
}

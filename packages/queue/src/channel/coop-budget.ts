import { afterTurn } from '../platform/node.js';

/** How many operations in a row are done before the event loop gets a turn. */
const operations = 1000;

/**
 * Operations that need not wait are done at once. A loop of them would never let timers and I/O of its thread
 * run, because promises alone do not return to the event loop: so every thousandth one waits for a turn of it.
 * (tokio's cooperative budget.)
 */
class CoopBudget {
  #left = operations;
  #refill: Promise<void> | undefined;

  /** Undefined, mostly: go on. Else what to wait for first. */
  spend(): Promise<void> | undefined {
    this.#left -= 1;
    if (this.#left > 0) return undefined;
    this.#refill ??= afterTurn().then(() => {
      this.#left = operations;
      this.#refill = undefined;
    });
    return this.#refill;
  }
}

export const coopBudget: CoopBudget = new CoopBudget();

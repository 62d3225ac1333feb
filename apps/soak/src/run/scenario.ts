import type { Context } from './context.js';

/** Something that is done at random, and checked against a reference. */
export interface Scenario {
  /** Lower case, with dashes: it stands in reports and in `--only`. */
  readonly name: string;
  /** How often it is chosen, in relation to the others: a positive whole number. */
  readonly weight: number;
  /**
   * Does it once, a second or so. All its choices come from `context.random`; whatever it starts has ended
   * when it resolves. Rejects with a Violation, or any other error, when something is not as promised.
   */
  readonly run: (context: Context) => Promise<void>;
}

import { afterAll } from 'vitest';

import { explore } from './explore.js';
import type { ModelWords } from './model-words.js';
import { deep } from './platform/node.js';
import type { Scenario } from './scenario.js';

/** The scenarios of one protocol; at the end of the test file a line says how many states they had. */
export class ModelOf {
  readonly #protocol: string;
  #scenarios = 0;
  #states = 0;

  constructor(protocol: string) {
    this.#protocol = protocol;
    afterAll(() => {
      const states = this.#states.toLocaleString('en');
      console.log(`model of ${this.#protocol}: ${states} states in ${this.#scenarios} scenarios`);
    });
  }

  /** Explores a scenario; throws if it goes wrong. How many states there were. */
  explore<M extends ModelWords>(scenario: Scenario<M>): number {
    const { interruptions = Infinity } = scenario;
    const all = { ...scenario, interruptions: interruptions + (deep ? 1 : 0) };
    const states = explore(all, deep ? 6_000_000 : 400_000);
    this.#scenarios += 1;
    this.#states += states;
    return states;
  }
}

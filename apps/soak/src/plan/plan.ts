import type { Scenario } from '../run/scenario.js';
import { deriveSeed, Random } from './random.js';

/** One run of a scenario: which, and the seed of all its choices. */
export interface PlannedRun {
  readonly scenario: Scenario;
  /** `name#n`: the nth run of this scenario under the soak's seed. What `--only` takes. */
  readonly id: string;
  readonly seed: number;
}

/**
 * The runs of a soak, in order: a pure function of its seed. The nth run of a scenario has the same seed
 * whatever other scenarios run beside it, so `--only` repeats it.
 */
export class Plan {
  readonly #seed: number;
  readonly #random: Random;
  readonly #scenarios: readonly Scenario[];
  /** The only runs to be made, again and again; empty for no such limit. */
  readonly #single: readonly PlannedRun[];
  readonly #counts = new Map<string, number>();

  /**
   * @param only names of scenarios, or single runs (`name#n`); empty for all.
   * @throws RangeError naming what there is not.
   */
  constructor(seed: number, scenarios: readonly Scenario[], only: readonly string[] = []) {
    this.#seed = seed;
    this.#random = new Random(deriveSeed(seed, 'plan'));
    const chosen = only.map((text) => {
      const [, name = text, index] = /^(.+)#(\d+)$/.exec(text) ?? [];
      const scenario = scenarios.find((each) => each.name === name);
      if (!scenario) {
        const known = scenarios.map((each) => each.name).join(', ');
        throw new RangeError(`no scenario is called ${name}; there are ${known}`);
      }
      return { scenario, index: index === undefined ? undefined : Number(index) };
    });
    this.#single = chosen.flatMap(({ scenario, index }) =>
      index === undefined ? [] : [this.#run(scenario, index)],
    );
    const names = chosen.flatMap(({ scenario, index }) => (index === undefined ? [scenario] : []));
    this.#scenarios = only.length === 0 ? scenarios : names;
  }

  next(): PlannedRun {
    const repeated = this.#single.map((run) => ({ run, weight: 1 }));
    const planned = this.#scenarios.map((scenario) => ({ scenario, weight: scenario.weight }));
    const choice = this.#random.weighted<{ weight: number; run?: PlannedRun; scenario?: Scenario }>(
      [...repeated, ...planned],
    );
    if (choice.run) return choice.run;
    const { scenario } = choice;
    if (!scenario) throw new RangeError('there is no scenario to run');
    const index = this.#counts.get(scenario.name) ?? 0;
    this.#counts.set(scenario.name, index + 1);
    return this.#run(scenario, index);
  }

  #run(scenario: Scenario, index: number): PlannedRun {
    const seed = deriveSeed(this.#seed, scenario.name, index);
    return { scenario, id: `${scenario.name}#${index}`, seed };
  }
}

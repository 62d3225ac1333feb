import { setTimeout as sleep } from 'node:timers/promises';
import { describeProcesses } from '@manycore/testing/processes';
import { descendants } from '../monitor/descendants.js';
import type { Plan, PlannedRun } from '../plan/plan.js';
import { Context, type Shared } from './context.js';
import { describeError } from './violation.js';

/** What went wrong, and how to have it again. */
export interface Failure {
  /** `name#n`, or what else found it: `growth`, `program`. */
  readonly id: string;
  readonly kind: 'violation' | 'hang' | 'growth' | 'error';
  readonly text: string;
}

export interface RunnerOptions {
  readonly plan: Plan;
  readonly shared: Shared;
  /** How many scenarios run at a time. */
  readonly lanes: number;
  /** After how many milliseconds a run counts as hanging. */
  readonly limit: number;
  /** How many runs to make at most. */
  readonly maxRuns: number;
}

/** Runs scenarios, several at a time, and ends those that hang. */
export class Runner {
  readonly failures: Failure[] = [];
  /** Runs that have ended, by scenario: how many, and the longest in milliseconds. */
  readonly durations = new Map<string, { runs: number; longest: number }>();
  readonly #options: RunnerOptions;
  readonly #active = new Map<Context, number>();
  #started = 0;
  #stopped = false;

  constructor(options: RunnerOptions) {
    this.#options = options;
  }

  /** No further run begins. */
  stop(): void {
    this.#stopped = true;
  }

  get stopped(): boolean {
    return this.#stopped;
  }

  /** How many runs have ended. */
  get runs(): number {
    return [...this.durations.values()].reduce((sum, { runs }) => sum + runs, 0);
  }

  /** Runs scenarios until then, or so many of them, and waits for the last ones. */
  async runUntil(deadline: number, runs: number): Promise<void> {
    const last = this.#started + runs;
    const lane = async (): Promise<void> => {
      while (!this.#stopped && performance.now() < deadline && this.#started < last) {
        if (this.#started >= this.#options.maxRuns) {
          this.stop();
          return;
        }
        this.#started += 1;
        await this.#run(this.#options.plan.next());
      }
    };
    await Promise.all(Array.from({ length: this.#options.lanes }, lane));
  }

  async #run(run: PlannedRun): Promise<void> {
    const context = new Context(run, this.#options.shared);
    const begin = performance.now();
    this.#active.set(context, begin);
    try {
      const ended = run.scenario.run(context).then(
        () => undefined,
        (error: unknown) => describeError(error),
      );
      const timer = new AbortController();
      const late = sleep(this.#options.limit, 'late' as const, timer).catch(() => undefined);
      const text = await Promise.race([ended, late]);
      timer.abort();
      if (text === 'late') this.#hangs(context);
      else if (text !== undefined) this.fail({ id: run.id, kind: 'violation', text });
      await context.cleanUp();
    } catch (error) {
      this.fail({ id: run.id, kind: 'error', text: describeError(error) });
    } finally {
      this.#active.delete(context);
      const known = this.durations.get(run.scenario.name) ?? { runs: 0, longest: 0 };
      known.runs += 1;
      known.longest = Math.max(known.longest, performance.now() - begin);
      this.durations.set(run.scenario.name, known);
    }
  }

  fail(failure: Failure): void {
    this.failures.push(failure);
  }

  /** What it waits for can no longer be told apart from what others leave behind: the soak ends. */
  #hangs(context: Context): void {
    this.stop();
    this.fail({ id: context.id, kind: 'hang', text: this.describe(context) });
  }

  /** What the runs wait for at this moment, and what all processes do: of one run, or of all. */
  describe(of?: Context): string {
    const contexts = of ? [of] : [...this.#active.keys()];
    const waits = contexts.flatMap((context) => [
      `${context.id} waits for`,
      ...context.waits().map((wait) => `  ${wait}`),
    ]);
    return [...waits, 'processes:', describeProcesses(descendants(true))].join('\n');
  }
}

import { setTimeout as sleep } from 'node:timers/promises';
import { Random } from '../plan/random.js';
import type { Tally } from './tally.js';

/** A defect that is made on purpose, to see that the soak finds it. */
export type Sabotage = 'lose-message' | 'leak-descriptor' | 'hang' | 'leave-process';

/** What all runs of a soak share. */
export interface Shared {
  readonly tally: Tally;
  readonly sabotage: Sabotage | undefined;
}

/** What one run of a scenario works with. */
export class Context {
  readonly id: string;
  readonly random: Random;
  readonly sabotage: Sabotage | undefined;
  readonly #shared: Shared;
  /** What the run waits for at this moment, in its own words, and since when. */
  readonly #waits = new Map<symbol, { readonly what: string; readonly since: number }>();
  readonly #cleanups: (() => unknown)[] = [];

  constructor(run: { readonly id: string; readonly seed: number }, shared: Shared) {
    this.id = run.id;
    this.random = new Random(run.seed);
    this.sabotage = shared.sabotage;
    this.#shared = shared;
  }

  /** Counts operations for the report. */
  count(kind: string, n = 1): void {
    this.#shared.tally.add(kind, n);
  }

  /** Awaits something, and says so if it never comes. */
  async waitFor<T>(what: string, promise: PromiseLike<T>): Promise<T> {
    const key = Symbol(what);
    this.#waits.set(key, { what, since: performance.now() });
    try {
      return await promise;
    } finally {
      this.#waits.delete(key);
    }
  }

  /** What the run waits for, the oldest first. */
  waits(): string[] {
    const now = performance.now();
    return [...this.#waits.values()].map(
      ({ what, since }) => `${what} (for ${((now - since) / 1000).toFixed(1)} s)`,
    );
  }


  async pause(milliseconds: number): Promise<void> {
    await sleep(milliseconds);
  }

  /** Runs at the end of the run, however it ends; the last one first. */
  defer(cleanup: () => unknown): void {
    this.#cleanups.push(cleanup);
  }

  async cleanUp(): Promise<void> {
    for (const cleanup of this.#cleanups.splice(0).reverse()) await cleanup();
  }
}

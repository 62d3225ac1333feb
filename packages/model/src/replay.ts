import type { Action, ModelWords, Result } from './model-words.js';
import type { Scenario } from './scenario.js';

/** The results of what a party did in its current operation, the last one first. */
export interface History {
  readonly id: number;
  readonly before: History | undefined;
  readonly result: Result;
  readonly length: number;
}

/** What a party will do next, or what its operation has achieved. */
export type Standing = { readonly next: Action } | { readonly achieved: string };

/** The longest history that is not taken for an endless loop. */
const longest = 400;

class Pending extends Error {
  readonly action: Action;
  constructor(action: Action) {
    super('pending');
    this.action = action;
  }
}

/** Finds out where operations stand, by running them again with the results that they had. */
export class Replay<M extends ModelWords> {
  readonly #scenario: Scenario<M>;
  readonly #histories = new Map<string, History>();
  /** The history that stands for all that lead to the same place. */
  readonly #checkpoints = new Map<string, History>();
  readonly #standings = new Map<string, Standing>();

  constructor(scenario: Scenario<M>) {
    this.#scenario = scenario;
  }

  /** What a party does next in its operation, after this history. */
  standing(history: History | undefined, party: number, operation: number): Standing {
    // Only the empty history is the same for several operations.
    const key = history ? String(history.id) : `${party} ${operation}`;
    let standing = this.#standings.get(key);
    if (!standing) this.#standings.set(key, (standing = this.#run(history, party, operation)));
    return standing;
  }

  /** The history with one more result. Checkpoints, which are no actions, are passed. */
  extend(before: History | undefined, result: Result, party: number, operation: number): History {
    const key = `${party} ${operation} ${before?.id ?? 0} ${String(result)}`;
    let history = this.#histories.get(key);
    if (!history) {
      const id = this.#histories.size + 1;
      history = { id, before, result, length: (before?.length ?? 0) + 1 };
      if (history.length > longest) {
        throw new Error(`party ${party} goes on forever: ${JSON.stringify(this.standing(before, party, operation))}`);
      }
      this.#histories.set(key, history);
    }
    const standing = this.standing(history, party, operation);
    if (!('next' in standing) || standing.next.name !== 'checkpoint') return history;
    // From here on it makes no difference what led here: one history stands for all.
    const place = `${party} ${operation} ${standing.next.local}`;
    const known = this.#checkpoints.get(place) ?? history;
    this.#checkpoints.set(place, known);
    return this.extend(known, 0, party, operation);
  }

  #run(history: History | undefined, party: number, operation: number): Standing {
    const results: Result[] = [];
    for (let at = history; at; at = at.before) results.push(at.result);
    let pending: Pending | undefined;
    const memory = this.#scenario.memory(party + 1, (action) => {
      const result = results.pop();
      if (result !== undefined) return result;
      // The first one: what runs while it is thrown does not happen.
      throw (pending ??= new Pending(action));
    });
    const run = this.#scenario.parties[party]?.program[operation];
    if (!run) throw new Error(`party ${party} has no operation ${operation}`);
    try {
      return { achieved: run(memory) };
    } catch (error) {
      if (error instanceof Pending) return { next: error.action };
      throw error;
    }
  }
}

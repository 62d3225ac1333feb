/** One way on from a state. */
export interface Move<S> {
  readonly label: string;
  readonly state: S;
  /**
   * Whether it is bound to happen if nothing else does. A time-out, an abort or a death may happen, and
   * nothing may rely on it.
   */
  readonly bound: boolean;
}

export interface Model<S> {
  readonly initial: S;
  moves(state: S): Move<S>[];
  /** The same for equal states. */
  key(state: S): string;
  /** What is wrong with the state, if anything is. */
  fault(state: S): string | undefined;
  /** Whether everybody has finished. */
  finished(state: S): boolean;
}

export interface Exploration {
  readonly states: number;
  readonly moves: number;
}

/**
 * Visits every state that can be reached, and proves two things: no state has a fault, and from each
 * state the bound moves can lead to one in which everybody has finished (no deadlock, no lost wake-up).
 *
 * @throws Error with the shortest way to the first state that breaks either.
 */
export function explore<S>(model: Model<S>, limit = 3_000_000): Exploration {
  const numbers = new Map<string, number>();
  const labels: string[] = ['start'];
  const parents: number[] = [-1];
  const cameFrom: number[][] = [[]];
  const done: number[] = [];
  let moves = 0;

  const wayTo = (state: number): string => {
    const way: string[] = [];
    for (let at = state; at > 0; at = parents[at] ?? 0) way.unshift(labels[at] ?? '');
    return way.join('\n  ');
  };

  let frontier: [number, S][] = [[0, model.initial]];
  numbers.set(model.key(model.initial), 0);
  while (frontier.length > 0) {
    const next: [number, S][] = [];
    for (const [number, state] of frontier) {
      const fault = model.fault(state);
      if (fault !== undefined) throw new Error(`${fault}\n  ${wayTo(number)}`);
      if (model.finished(state)) done.push(number);
      for (const move of model.moves(state)) {
        moves += 1;
        const key = model.key(move.state);
        let target = numbers.get(key);
        if (target === undefined) {
          target = numbers.size;
          if (target >= limit) throw new Error(`more than ${limit} states`);
          numbers.set(key, target);
          labels.push(move.label);
          parents.push(number);
          cameFrom.push([]);
          next.push([target, move.state]);
        }
        if (move.bound) cameFrom[target]?.push(number);
      }
    }
    frontier = next;
  }

  const ends = new Uint8Array(numbers.size);
  const pending = [...done];
  for (const number of pending) ends[number] = 1;
  for (let number = pending.pop(); number !== undefined; number = pending.pop()) {
    for (const before of cameFrom[number] ?? []) {
      if (ends[before] === 1) continue;
      ends[before] = 1;
      pending.push(before);
    }
  }
  const stuck = ends.indexOf(0);
  if (stuck >= 0) throw new Error(`cannot finish any more after\n  ${wayTo(stuck)}`);
  return { states: numbers.size, moves };
}

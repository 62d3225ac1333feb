import type { Closing, Contender, Role, Run } from '../../harness/comparison.js';

/** All pools here have so many workers. */
export const workers = 2;

/** The functions of `tasks.ts` that a contestant is called with. */
export type TaskName = 'square' | 'bill' | 'touch' | 'spin' | 'churn';

/** A pool in the one respect in which all are alike. */
export interface Calls {
  /** One call of one function with one value. */
  readonly call: (task: TaskName, value: unknown) => PromiseLike<unknown>;
  /** One call of `touch` by which the bytes go there and back without a copy. */
  readonly callMoving?: (bytes: Uint8Array<ArrayBuffer>) => PromiseLike<unknown>;
}

/** A pool that is made in its lane, at its first comparison there. */
export interface Contestant {
  readonly name: string;
  readonly role: Role;
  readonly open: (closing: Closing) => Promise<Calls>;
  /** What it cannot do, by ids of comparisons. */
  readonly cannot?: readonly string[];
  /** It takes part in these comparisons only. */
  readonly only?: readonly string[];
}

const opened = new Map<string, Promise<Calls>>();

/** The pool of this lane: the same for all comparisons of the program. */
function callsOf({ name, open }: Contestant, closing: Closing): Promise<Calls> {
  const calls = opened.get(name) ?? open(closing);
  opened.set(name, calls);
  return calls;
}

/** Those that take part in a comparison, each with what it does there. */
export function contendersFor(
  comparison: string,
  contestants: readonly Contestant[],
  run: (calls: Calls) => Run,
): Contender[] {
  return contestants
    .filter(({ cannot, only }) => cannot?.includes(comparison) !== true && (only?.includes(comparison) ?? true))
    .map((contestant) => ({
      name: contestant.name,
      role: contestant.role,
      prepare: async (closing) => run(await callsOf(contestant, closing)),
    }));
}

/** How a run is asked for: what a comparison may make smaller by itself. */
export interface Settings {
  /** Fewer and smaller rounds, to see in a minute that all works. */
  readonly quick: boolean;
}

/**
 * `ours` are the rows that the benchmarks are about, `peer` what others offer for the same work. A
 * `reference` is neither, and no peer to beat: a plain loop, a bare pair of instructions.
 */
export type Role = 'ours' | 'peer' | 'reference';

/** Does the work once; gives its figure in the comparison's unit, or no number to have the time taken. */
export type Run = () => unknown;

/** A run that takes less milliseconds says more of what came before it than of the work. */
const leastTime = 250;

/** A run of the same work again and again, for as long as that takes; its figure is the mean of all. */
export function lasting(run: () => Promise<number>, better: 'more' | 'less'): () => Promise<number> {
  return async () => {
    const until = performance.now() + leastTime;
    let sum = 0;
    let count = 0;
    do {
      const figure = await run();
      // Of rates the times are added up.
      sum += better === 'more' ? 1 / figure : figure;
      count += 1;
    } while (performance.now() < until);
    return better === 'more' ? count / sum : sum / count;
  };
}

/** What ends what a contender has started: in the order of the calls. */
export interface Closing {
  readonly afterComparison: (close: () => unknown) => void;
  /** For what several comparisons of one program use, such as a pool. */
  readonly afterProgram: (close: () => unknown) => void;
}

/** One way of doing the work that is measured. It has a process for itself: its *lane*. */
export interface Contender {
  /** Contenders of the same name in several comparisons of a program share their lane. */
  readonly name: string;
  readonly role: Role;
  /** Called once, in the lane; it throws an `Absent` where the contender is not to be had. */
  readonly prepare: (closing: Closing) => Run | Promise<Run>;
}

/** Why a contender cannot be measured on this machine; such a row is left out. */
export class Absent extends Error {
  override name = 'Absent';
}

/** In a target: the peer with the best median, whichever it is. */
export const bestPeer = 'the best peer';

/** What our row is to reach: a ratio to others, or a figure if there is no `to`. Never fails a run. */
export interface Target {
  readonly of: string;
  readonly to?: string;
  readonly atLeast?: number;
  readonly atMost?: number;
}

/** Several ways of doing the same work. */
export interface Comparison {
  /** Unique within its program; names the table in `docs/performance.md`. */
  readonly id: string;
  readonly title: string;
  /** What the figures are: `tasks/s`, `µs`, … */
  readonly unit: string;
  readonly better: 'more' | 'less';
  readonly contenders: readonly Contender[];
  readonly targets?: readonly Target[];
  /** The contender to which all are also held, besides the best peer. */
  readonly reference?: string;
  /** How many figures to take of each. Default 9. */
  readonly rounds?: number;
  /** How many rounds before do not count. Default 1: more where a round is too short for its code to be compiled. */
  readonly warmups?: number;
  /** Each figure comes from a fresh process, which has nothing to warm up. */
  readonly isFresh?: boolean;
}

/** What the module of a program exports as `comparisons`. */
export type Comparisons = (settings: Settings) => readonly Comparison[];

/** A contender that prepares nothing. */
export function contender(name: string, role: Role, run: Run): Contender {
  return { name, role, prepare: () => run };
}

// From figures to rows: medians, spreads, ratios, and whether the targets are reached.
import { interquartileRange, median } from 'simple-statistics';
import { bestPeer, type Comparison, type Contender, type Target } from './comparison.js';
import type { ComparisonResult, Missing, Row, TargetResult } from './results.js';

/** What the rounds gave for one contender. */
export interface Taken {
  readonly contender: Contender;
  /** At least one. */
  readonly figures: readonly number[];
  /** With the packages of the other checkout. */
  readonly against?: readonly number[];
}

export function resultOf(
  comparison: Comparison,
  taken: readonly Taken[],
  missing: readonly Missing[],
  rounds: number,
): ComparisonResult {
  const { id, title, unit, better, reference, targets = [] } = comparison;
  const medians = new Map(
    taken.map(({ contender, figures }) => [contender.name, median([...figures])]),
  );
  const best = bestOf(
    better,
    taken.flatMap(({ contender: { name, role } }) =>
      role === 'peer' ? [[name, medians.get(name) ?? NaN] as const] : [],
    ),
  );
  return {
    id,
    title,
    unit,
    better,
    rounds,
    ...(reference === undefined ? {} : { reference }),
    ...(best === undefined ? {} : { bestPeer: best }),
    rows: taken.map((each) => rowOf(each, medians.get(best ?? ''), medians.get(reference ?? ''))),
    missing,
    targets: targets.map((target) => targetResult(target, medians, best, unit)),
  };
}

function bestOf(
  better: Comparison['better'],
  peers: readonly (readonly [string, number])[],
): string | undefined {
  const sorted = [...peers].sort(([, a], [, b]) => (better === 'more' ? b - a : a - b));
  return sorted[0]?.[0];
}

function rowOf(taken: Taken, best: number | undefined, reference: number | undefined): Row {
  const { contender, figures, against } = taken;
  const { name, role } = contender;
  const middle = median([...figures]);
  const ratio = role === 'ours' ? ratioTo(middle, best) : undefined;
  const ratioToReference = ratioTo(middle, reference);
  const pairs = against === undefined ? [] : ratiosOf(figures, against);
  return {
    name,
    role,
    figures,
    median: middle,
    spread: middle === 0 ? 0 : (100 * interquartileRange([...figures])) / middle,
    ...(ratio === undefined ? {} : { ratio }),
    ...(ratioToReference === undefined ? {} : { ratioToReference }),
    ...(against === undefined || pairs.length === 0
      ? {}
      : { against: { figures: against, median: median([...against]), ratio: median(pairs) } }),
  };
}

/** Of the two figures of each round, which were taken one right after the other. */
function ratiosOf(figures: readonly number[], others: readonly number[]): number[] {
  return figures.flatMap((figure, round) => ratioTo(figure, others[round]) ?? []);
}

/** Of two figures; there is none to nothing. */
function ratioTo(figure: number, other: number | undefined): number | undefined {
  return other === undefined || other === 0 ? undefined : figure / other;
}

function targetResult(
  { of, to, atLeast, atMost }: Target,
  medians: ReadonlyMap<string, number>,
  best: string | undefined,
  unit: string,
): TargetResult {
  const [sign, limit = NaN] = atLeast === undefined ? ['≤', atMost] : ['≥', atLeast];
  const text = `${of} ${sign} ${Number(limit.toPrecision(3))} ${to === undefined ? unit : `× ${to}`}`;
  const figure = medians.get(of);
  const other = to === undefined ? 1 : medians.get(to === bestPeer ? (best ?? '') : to);
  const reached = figure === undefined ? undefined : ratioTo(figure, other);
  if (reached === undefined) return { text };
  return { text, reached, holds: reached >= (atLeast ?? -Infinity) && reached <= (atMost ?? Infinity) };
}

/** How many times worse our row is than the same row with the other checkout's packages; below 1: better. */
export function timesWorse({ better }: ComparisonResult, { against }: Row): number | undefined {
  if (against === undefined) return undefined;
  return better === 'more' ? 1 / against.ratio : against.ratio;
}

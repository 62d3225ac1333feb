import Table from 'cli-table3';
import { median } from 'simple-statistics';

/** One way of doing the thing that is measured. */
export interface Contender {
  readonly name: string;
  /** Does it once; yields its figure in the comparison's unit, or no number to have the time taken. */
  readonly run: () => unknown;
}

export interface Comparison {
  readonly title: string;
  /** What the figures are: `ms` (the less the better), `ops/s`, … */
  readonly unit: string;
  /** The contender against which the others are held. */
  readonly baseline: string;
  readonly contenders: readonly Contender[];
  /** How many figures to take of each, after one that does not count. Default 30. */
  readonly rounds?: number;
}

/** The median of each contender's figures. */
export type Medians = ReadonlyMap<string, number>;

/** Prints the medians of the contenders and their ratios to the baseline. */
export async function compare(comparison: Comparison): Promise<Medians> {
  const { contenders, rounds = 30 } = comparison;
  const medians = await mediansOf(contenders, rounds);
  print(comparison, medians);
  return medians;
}

/**
 * Runs the contenders in turn, round by round, so that a machine that slows down slows all of them; one
 * round more than asked for, which does not count.
 */
export async function mediansOf(
  contenders: readonly Contender[],
  rounds: number,
): Promise<Medians> {
  const figures = new Map(contenders.map(({ name }) => [name, [] as number[]]));
  for (let round = 0; round <= rounds; round += 1) {
    for (const { name, run } of contenders) {
      const figure = await measured(run);
      if (round > 0) figures.get(name)?.push(figure);
    }
  }
  return new Map([...figures].map(([name, values]) => [name, median(values)]));
}

async function measured(run: Contender['run']): Promise<number> {
  const start = performance.now();
  const own = await run();
  return typeof own === 'number' ? own : performance.now() - start;
}

function print({ title, unit, baseline }: Comparison, medians: Medians): void {
  const reference = medians.get(baseline) ?? NaN;
  const table = new Table({
    head: [title, unit, `ratio to ${baseline}`],
    colAligns: ['left', 'right', 'right'],
    style: { head: [], border: [] },
  });
  for (const [name, value] of medians) {
    table.push([name, format(value), (value / reference).toFixed(2)]);
  }
  console.log(table.toString());
}

function format(value: number): string {
  return value.toLocaleString('en', { maximumSignificantDigits: 4 });
}

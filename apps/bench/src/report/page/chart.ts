// A comparison as a picture: bars from zero, or dots on a logarithmic scale where bars would vanish.
import * as Plot from '@observablehq/plot';
import { parseHTML } from 'linkedom';
import { quantile } from 'simple-statistics';
import type { ComparisonResult, Row } from '../../harness/results.js';
import { figureText } from '../words.js';

/** What is used here of an element, whichever document made it. */
interface ChartElement {
  readonly outerHTML: string;
  querySelectorAll(selector: string): Iterable<ChartElement>;
  setAttribute(name: string, value: string): void;
  remove(): void;
}

const page = parseHTML('<!doctype html><html><body></body></html>') as { readonly document: unknown };

const rowHeight = 26;
const axisHeight = 38;
/** Between the largest and the smallest figure, from which on the scale is logarithmic. */
const logarithmicFrom = 50;

/** The medians, each with its interquartile range; our rows stand out. */
export function chartOf(comparison: ComparisonResult, width: number): string {
  const { rows } = comparison;
  const medians = rows.map(({ median }) => median);
  const [least, most] = [Math.min(...medians), Math.max(...medians)];
  const isLogarithmic = least > 0 && most / least > logarithmicFrom;
  // On a phone, names stand above their bars.
  const isNarrow = width < 500;
  const height = isNarrow ? rowHeight + 16 : rowHeight;
  const nameWidth = Math.max(0, ...rows.map(({ name }) => name.length * 6.9));
  const y = (row: Row): number => rows.indexOf(row) * height + height - rowHeight / 2;
    const kinds = ['ours', 'peer', 'reference'].map((role) => rows.filter((row) => row.role === role));
  const start = isLogarithmic ? least / 2 : 0;
  const settings: object = {
    document: page.document,
    className: 'chart',
    width,
    height: rows.length * height + 4 + axisHeight,
    marginTop: 4,
    marginBottom: axisHeight,
    marginLeft: isNarrow ? 8 : nameWidth + 14,
    marginRight: 62,
    x: {
      ...(isLogarithmic ? { type: 'log' } : {}),
      domain: [start, Math.max(most, ...rows.map((row) => quartile(row, 0.75)))],
    },
    y: { type: 'identity', axis: null },
    marks: [
      Plot.axisX({
        label: `${comparison.unit}${isLogarithmic ? ', logarithmic' : ''}, ${comparison.better} is better`,
        labelArrow: 'none',
        ticks: isNarrow ? 3 : 6,
        ...(isLogarithmic ? {} : { tickFormat: '~s' }),
      }),
      Plot.gridX({ ticks: isNarrow ? 3 : 6 }),
      ...kinds.flatMap((those) => marksOf(those, y, start, isLogarithmic)),
      ...kinds.map((those) =>
        Plot.text(those, {
          text: 'name',
          x: start,
          dx: isNarrow ? 0 : -8,
          y: (row: Row) => y(row) - (isNarrow ? 19 : 0),
          textAnchor: isNarrow ? 'start' : 'end',
          className: `name ${those[0]?.role ?? ''}`,
        }),
      ),
      Plot.text(rows, {
        text: ({ median }: Row) => figureText(median),
        x: (row: Row) => Math.max(row.median, quartile(row, 0.75)),
        dx: 7,
        y,
        textAnchor: 'start',
        className: 'value',
      }),
    ],
  };
  const root = Plot.plot(settings) as unknown as ChartElement;
  // Plot's own style sheet would be repeated in every chart.
  for (const style of root.querySelectorAll('style')) style.remove();
  root.setAttribute('aria-hidden', 'true');
  return root.outerHTML;
}

function marksOf(
  rows: readonly Row[],
  y: (row: Row) => number,
  start: number,
  isLogarithmic: boolean,
): Plot.Markish[] {
  const role = rows[0]?.role;
  if (role === undefined) return [];
  const figure = isLogarithmic
    ? [
        Plot.link(rows, { x1: start, x2: 'median', y1: y, y2: y, className: `stem ${role}` }),
        Plot.dot(rows, { x: 'median', y, r: 5, className: `mark ${role}` }),
      ]
    : [
        Plot.rect(rows, {
          x1: 0,
          x2: 'median',
          y1: (row: Row) => y(row) - 8,
          y2: (row: Row) => y(row) + 8,
          className: `mark ${role}`,
        }),
      ];
  const range = Plot.link(rows, {
    x1: (row: Row) => quartile(row, 0.25),
    x2: (row: Row) => quartile(row, 0.75),
    y1: y,
    y2: y,
    className: 'range',
  });
  return [...figure, range];
}

function quartile({ figures }: Row, share: number): number {
  return quantile([...figures], share);
}

import * as Plot from '@observablehq/plot';
import { groupsOf, only, type Recording, type Value } from '../recording/recording.js';
import { chart } from './drawing/chart.js';
import { type Drawing, enumerate, type Layout, textWidth, widthOf } from './drawing/drawing.js';
import { chartTitle, legend } from './drawing/legend.js';
import type { Bars } from './figure.js';

const axisHeight = 40;
const barHeight = 18;

export function drawBars(part: Bars, recording: Recording, layout: Layout): Drawing {
  const values = only(recording, 'value').filter(
    ({ group }) => part.groups?.includes(group ?? '') ?? true,
  );
  const charts = [...groupsOf(values)].map(([title, all]) => drawChart(part, title, all, layout));
  return {
    html: legend([], part.limit?.label) + charts.map(({ html }) => html).join(''),
    marks: charts.reduce((sum, { marks }) => sum + marks, 0),
    description: charts.map(({ description }) => description).join(' '),
  };
}

function drawChart(
  part: Bars,
  group: string,
  values: readonly Value[],
  layout: Layout,
): Drawing {
  const rows = part.bottomUp === true ? values.toReversed() : values;
  const reference = values.find(({ x }) => x === part.reference)?.y;
  const text = (value: Value): string => valueText(part, value, reference);
  const title = part.title ?? group;
  const nameWidth = Math.max(...rows.map(({ x }) => textWidth(String(x))));
  // On a phone, long names stand above their bars.
  const above = layout === 'narrow' && nameWidth > 90;
  const rowHeight = above ? barHeight + 28 : barHeight + 10;
  const marginTop = part.rows === undefined ? 4 : 22;
  const top = (value: Value): number =>
    marginTop + rows.indexOf(value) * rowHeight + (above ? 20 : 4);
  const most = Math.max(part.limit?.value ?? 0, ...values.map(({ y }) => y)) || 1;
  const { svg, marks } = chart({
    width: widthOf[layout],
    height: marginTop + rows.length * rowHeight + 6 + axisHeight,
    marginTop,
    marginLeft: above ? 8 : Math.max(36, nameWidth + 16),
    marginRight: Math.max(...rows.map((value) => textWidth(text(value)))) + 12,
    marginBottom: axisHeight,
    x: { domain: [0, most], ticks: layout === 'wide' ? 7 : 3 },
    y: { type: 'identity', axis: null },
    marks: [
      Plot.axisX({ label: part.axis, labelArrow: 'none', tickSize: 4 }),
      Plot.gridX({ ticks: layout === 'wide' ? 7 : 3 }),
      Plot.text(rows, {
        text: ({ x }: Value) => String(x),
        x: 0,
        dx: above ? 0 : -10,
        y: (value: Value) => (above ? top(value) - 9 : top(value) + barHeight / 2),
        textAnchor: above ? 'start' : 'end',
      }),
      ...(part.rows === undefined
        ? []
        : [
            Plot.text([part.rows], {
              frameAnchor: 'top-left',
              textAnchor: 'start',
              dy: -16,
              dx: above ? 0 : -nameWidth - 10,
              className: 'axis-name',
            }),
          ]),
      Plot.rect(rows, {
        x1: 0,
        x2: 'y',
        y1: top,
        y2: (value: Value) => top(value) + barHeight,
        className: 'bars',
        title: (value: Value) => `${value.x}: ${text(value)}`,
      }),
      Plot.text(rows, {
        text,
        x: 'y',
        dx: 6,
        y: (value: Value) => top(value) + barHeight / 2,
        textAnchor: 'start',
        className: 'value',
      }),
      ...(reference === undefined
        ? []
        : [dashed(reference, rows, top)]),
      ...(part.limit === undefined ? [] : [dashed(part.limit.value, rows, top)]),
    ],
  });
  const limit = part.limit ? ` The dashed line: ${part.limit.label}, ${part.limit.value}.` : '';
  return {
    html: chartTitle(title) + svg,
    marks,
    description: `${title === '' ? part.axis : title}: ${enumerate(
      values.map((value) => `${value.x}: ${text(value)}`),
    )}.${limit}`,
  };
}

/** A dashed line at the value, along the bars; it leaves room for names between them. */
function dashed(
  value: number,
  rows: readonly Value[],
  top: (row: Value) => number,
): Plot.RuleX {
  return Plot.ruleX(rows, {
    x: value,
    y1: (row: Value) => top(row) - 4,
    y2: (row: Value) => top(row) + barHeight + 4,
    className: 'reference',
  });
}

function valueText(
  { unit, digits = 0, reference: name }: Bars,
  { y }: Value,
  reference: number | undefined,
): string {
  const number = name === undefined ? String(Number(y.toFixed(digits))) : y.toFixed(digits);
  const percent = reference === undefined ? '' : ` · ${Math.round((100 * reference) / y)} %`;
  return `${number}${unit === '' ? '' : ` ${unit}`}${percent}`;
}

import * as Plot from '@observablehq/plot';
import { groupsOf, only, type Recording, type Value } from '../recording/recording.js';
import { chart } from './drawing/chart.js';
import { type Drawing, enumerate, type Layout, seriesColor, widthOf } from './drawing/drawing.js';
import { chartTitle, legend } from './drawing/legend.js';
import type { Steps } from './figure.js';

/** A chart for each group, all to one scale, with a line for each series. */
export function drawSteps(part: Steps, recording: Recording, layout: Layout): Drawing {
  const values = only(recording, 'value');
  const series = [...new Set(values.map((each) => each.series))];
  const domains = { x: [0, Math.max(1, ...values.map(numberOf))], y: rangeOf(values) };
  const charts = [...groupsOf(values)].map(([title, all]) => {
    const { svg, marks } = chart({
      width: widthOf[layout],
      height: 190,
      marginLeft: 46,
      marginRight: 18,
      marginBottom: 40,
      marginTop: 24,
      x: { domain: domains.x, ticks: layout === 'wide' ? 8 : 4 },
      y: { domain: domains.y, ticks: 4 },
      marks: [
        Plot.axisX({ label: part.x, labelArrow: 'none', tickSize: 4 }),
        Plot.axisY({ label: part.y, labelArrow: 'none', tickSize: 0, tickFormat: 'd', ticks: 4 }),
        Plot.gridY({ ticks: 4 }),
        Plot.line(all, {
          x: numberOf,
          y: 'y',
          z: 'series',
          stroke: ({ series: name }: Value) => seriesColor(series.indexOf(name)),
          // Lines that lie on each other can all be seen: the first is the widest.
          strokeWidth: ({ series: name }: Value) => 1.5 + 2 * (series.length - 1 - series.indexOf(name)),
          curve: 'step-after',
        }),
      ],
    });
    return { html: chartTitle(title) + svg, marks, title, all };
  });
  return {
    html: (series.length > 1 ? legend(series) : '') + charts.map(({ html }) => html).join(''),
    marks: charts.reduce((sum, { marks }) => sum + marks, 0),
    description: charts
      .map(({ title, all }) => {
        const ends = series.map((name) => all.filter((value) => value.series === name).at(-1));
        const last = ends.flatMap((end) => (end ? [`${end.series} ends at ${end.y}`] : []));
        return `${part.y} over ${part.x}, ${title}: ${enumerate(last)}.`;
      })
      .join(' '),
  };
}

function numberOf({ x }: Value): number {
  return Number(x);
}

/** From the least to the greatest value, and a little more on both sides. */
function rangeOf(values: readonly Value[]): [number, number] {
  const least = Math.min(...values.map(({ y }) => y));
  const most = Math.max(...values.map(({ y }) => y));
  const more = Math.max(1, (most - least) * 0.08);
  return [least - more, most + more];
}

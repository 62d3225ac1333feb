import * as Plot from '@observablehq/plot';
import { only, type Recording, type Value } from '../recording/recording.js';
import { chart } from './drawing/chart.js';
import { type Drawing, enumerate, type Layout, seriesColor, widthOf } from './drawing/drawing.js';
import { legend } from './drawing/legend.js';
import type { Dots } from './figure.js';

export function drawDots(part: Dots, recording: Recording, layout: Layout): Drawing {
  const values = only(recording, 'value');
  if (values.length === 0) return { html: '', marks: 0, description: '' };
  const series = [...new Set(values.map((each) => each.series))];
  const color = ({ series: name }: Value): string => seriesColor(series.indexOf(name));
  const { square, reference } = part;
  const width = square === undefined ? widthOf[layout] : Math.min(widthOf[layout], 420);
  const { svg, marks } = chart({
    width,
    height: square === undefined ? 260 : width,
    marginLeft: square === undefined ? 62 : 40,
    marginRight: 20,
    marginTop: 28,
    marginBottom: 40,
    x: square === undefined ? { inset: 12 } : { domain: [-square, square] },
    y: { domain: yDomain(part, values) },
    marks: [
      Plot.axisX({
        label: part.x,
        labelArrow: 'none',
        tickSize: 4,
        ticks: layout === 'wide' ? 10 : 5,
      }),
      Plot.axisY({ label: part.y, labelArrow: 'none', tickSize: 0, ticks: 5 }),
      Plot.gridY({ ticks: 5 }),
      ...(square === undefined ? [] : [Plot.gridX({ ticks: 5 })]),
      ...(reference === undefined
        ? []
        : [
            Plot.ruleY([reference.y], { className: 'reference' }),
          ]),
      ...(part.stems === true && reference !== undefined
        ? [
            Plot.ruleX(values, {
              x: 'x',
              y1: reference.y,
              y2: 'y',
              stroke: color,
              strokeOpacity: 0.5,
              strokeWidth: 2,
            }),
          ]
        : []),
      ...(part.line === true
        ? [Plot.line(values, { x: 'x', y: 'y', z: 'series', stroke: color, strokeWidth: 1.5 })]
        : []),
      Plot.dot(values, {
        x: 'x',
        y: 'y',
        fill: color,
        r: values.length > 100 ? 2 : 4,
        fillOpacity: values.length > 100 ? 0.6 : 1,
        title: ({ x, y }: Value) => `${x}: ${y}`,
      }),
    ],
  });
  const shown = values.map(({ x, y }) => `${x}: ${y}`);
  return {
    html: legend(series.length > 1 ? series : [], reference?.label) + svg,
    marks,
    description: `${part.y} against ${part.x}: ${enumerate(shown)}.`,
  };
}

function yDomain({ square, yFromZero, reference }: Dots, values: readonly Value[]): number[] {
  if (square !== undefined) return [-square, square];
  const all = [...values.map(({ y }) => y), ...(reference ? [reference.y] : [])];
  const most = Math.max(...all);
  return [yFromZero === true ? 0 : Math.min(...all), most * 1.08];
}

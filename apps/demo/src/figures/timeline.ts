import * as Plot from '@observablehq/plot';
import { groupsOf, type Moment, type Recording, type Span } from '../recording/recording.js';
import { chart } from './drawing/chart.js';
import { type Drawing, enumerate, type Layout, seriesColor, widthOf } from './drawing/drawing.js';
import { chartTitle, legend } from './drawing/legend.js';
import type { Timeline } from './figure.js';
import {
  labelMoments,
  labelSpans,
  type MomentLabel,
  type SpanLabel,
} from './timeline-labels.js';
import { lanesOf, marginFor, occupancyOf, rowsOf } from './timeline-layout.js';

const axisHeight = 38;
const barHeight = 16;

/** What all charts of a timeline have in common. */
interface Frame {
  readonly part: Timeline;
  readonly layout: Layout;
  /** The end of the axis, which begins at 0. */
  readonly length: number;
  readonly mostAtOnce: number;
  /** The labels that have a colour of their own. */
  readonly colored: readonly string[];
  readonly marginLeft: number;
}

export function drawTimeline(part: Timeline, recording: Recording, layout: Layout): Drawing {
  const records = recording.filter(
    (each): each is Span | Moment =>
      (each.kind === 'span' || each.kind === 'moment') &&
      (part.groups?.includes(each.group ?? '') ?? true),
  );
  const groups = [...groupsOf(records)].map(([title, all]) => ({ title, ...fromZero(part, all) }));
  const spans = groups.flatMap((group) => group.spans);
  const labels = [...new Set(spans.map((span) => span.label))];
  const frame: Frame = {
    part,
    layout,
    length: Math.max(0, ...groups.map(({ length }) => length)) || 1,
    mostAtOnce: Math.max(1, ...groups.map((group) => occupancyOf(group.spans).most)),
    colored: part.colorBy === 'label' ? labels : [],
    marginLeft: Math.max(
      part.occupancy === undefined ? 0 : 20,
      marginFor(
        records.map(({ lane }) => lane),
        layout,
      ),
    ),
  };
  const charts = groups.map((group) => {
    const lanes = [...group.spans, ...group.moments].map(({ lane }) => lane);
    const drawn = drawChart(frame, lanesOf(part, lanes), group);
    return { ...drawn, html: chartTitle(group.title) + drawn.html };
  });
  const explained = part.colorBy === 'label' && labels.length > 1 ? legend(labels) : '';
  return {
    html: explained + charts.map(({ html }) => html).join(''),
    marks: charts.reduce((sum, { marks }) => sum + marks, 0),
    description: groups.map((group) => describe(part, group)).join(' '),
  };
}

interface Group {
  readonly title: string;
  readonly spans: readonly Span[];
  readonly moments: readonly Moment[];
  readonly length: number;
}

/** The group's records with times from its beginning; items begin at item 0. */
function fromZero(part: Timeline, records: readonly (Span | Moment)[]): Omit<Group, 'title'> {
  const begins = records.map((each) => (each.kind === 'span' ? each.from : each.at));
  const zero = part.axis === undefined ? Math.min(...begins) : 0;
  const spans = records
    .filter((each) => each.kind === 'span')
    .map((each) => ({ ...each, from: each.from - zero, to: each.to - zero }));
  const moments = records
    .filter((each) => each.kind === 'moment')
    .map((each) => ({ ...each, at: each.at - zero }));
  const length = Math.max(0, ...spans.map(({ to }) => to), ...moments.map(({ at }) => at));
  return { spans, moments, length };
}

function drawChart(
  { part, layout, length, mostAtOnce, colored, marginLeft }: Frame,
  lanes: readonly string[],
  { spans, moments }: Group,
): { html: string; marks: number } {
  const width = widthOf[layout];
  const { rows, height } = rowsOf(lanes, moments, layout);
  const marginRight = 22;
  const pixel = (width - marginLeft - marginRight) / length;
  const space = { pixel, marginLeft, right: width - marginRight };
  const color = ({ label }: Span): string => seriesColor(Math.max(0, colored.indexOf(label)));
  const y = (lane: string): number => rows.get(lane)?.bar ?? 0;
  const spanLabels = labelSpans(spans, space, part.colorBy === 'label');
  const momentLabels = labelMoments(moments, space);
  const common: Plot.PlotOptions = {
    width,
    marginLeft,
    marginRight,
    x: { domain: [0, length], ticks: layout === 'wide' ? 8 : 4, nice: false },
  };
  const bars = chart({
    ...common,
    height: height + axisHeight,
    marginTop: 0,
    marginBottom: axisHeight,
    y: { type: 'identity', axis: null },
    marks: [
      Plot.axisX({ label: part.axis ?? 'milliseconds', labelArrow: 'none', tickSize: 4 }),
      Plot.ruleY(lanes, { y: (lane: string) => y(lane) + barHeight / 2, className: 'lane' }),
      Plot.text(lanes, {
        text: (lane: string) => lane,
        x: 0,
        dx: layout === 'wide' ? -10 : 0,
        y: (lane: string) =>
          y(lane) + (layout === 'wide' ? barHeight / 2 : -(rows.get(lane)?.above ?? 0)),
        textAnchor: layout === 'wide' ? 'end' : 'start',
        className: 'lane-name',
      }),
      Plot.rect(spans, {
        x1: 'from',
        // What is too short to be seen is two pixels wide.
        x2: (span: Span) => Math.min(length, Math.max(span.to, span.from + 2 / pixel)),
        y1: (span: Span) => y(span.lane),
        y2: (span: Span) => y(span.lane) + barHeight,
        fill: color,
        rx: 2.5,
        title: (span: Span) =>
          `${span.lane}: ${span.label}, ${span.from.toFixed(1)} to ${span.to.toFixed(1)}`,
        clip: false,
      }),
      ...[true, false].map((inside) =>
        Plot.text(
          spanLabels.filter((each) => each.inside === inside),
          {
            text: 'text',
            x: 'x',
            dx: 5,
            y: ({ lane }: SpanLabel) => y(lane) + barHeight / 2 + 0.5,
            textAnchor: 'start',
            className: inside ? 'in-bar' : 'beside-bar',
          },
        ),
      ),
      Plot.ruleX(moments, {
        x: 'at',
        y1: ({ lane }: Moment) => y(lane) - 3,
        y2: ({ lane }: Moment) => y(lane) + barHeight + 3,
        strokeWidth: 1.5,
        className: 'moment',
      }),
      Plot.text(momentLabels, {
        text: 'text',
        x: 'x',
        y: ({ lane }: MomentLabel) => y(lane) - 9,
        textAnchor: 'start',
        className: 'moment-name',
      }),
    ],
  });
  if (part.occupancy === undefined) return { html: bars.svg, marks: bars.marks };
  const { steps } = occupancyOf(spans);
  const occupancy = chart({
    ...common,
    height: 92,
    marginTop: 8,
    marginBottom: axisHeight,
    y: { domain: [0, mostAtOnce], ticks: mostAtOnce, tickFormat: 'd', label: null },
    marks: [
      Plot.axisX({ label: part.occupancy, labelArrow: 'none', tickSize: 4 }),
      Plot.gridY({ ticks: mostAtOnce }),
      Plot.areaY(steps, { x: 'at', y: 'count', curve: 'step-after', className: 'occupancy' }),
    ],
  });
  return { html: bars.svg + occupancy.svg, marks: bars.marks + occupancy.marks };
}

function describe(part: Timeline, { title, spans, moments }: Group): string {
  const unit = part.axis ?? 'ms';
  const parts = [
    ...spans.map(
      ({ lane, label, from, to }) =>
        `${lane}${label === '' ? '' : `: ${label}`} from ${from.toFixed(0)} to ${to.toFixed(0)} ${unit}`,
    ),
    ...moments.map(({ lane, label, at }) => `${lane}: ${label} at ${at.toFixed(0)} ${unit}`),
  ];
  return `Timeline${title === '' ? '' : ` ${title}`}: ${enumerate(parts)}.`;
}

import type { Figure, Part, Timeline } from '../figures/figure.js';
import { lanesOf } from '../figures/timeline-layout.js';
import { groupsOf, only, type Recording, type Span, type Value } from '../recording/recording.js';
import { padded, shortened, widestOf } from './text.js';

const fills = ['█', '▒', '▓', '░', '▚', '▤'];

/** What of the figure can be drawn with characters: timelines, bars and levels. */
export function pictureLines(figure: Figure, recording: Recording, width: number): string[] {
  return figure.parts.flatMap((part) => drawPart(part, recording, width));
}

function drawPart(part: Part, recording: Recording, width: number): string[] {
  switch (part.kind) {
    case 'timeline':
      return drawTimeline(part, recording, width);
    case 'bars':
      return [...groupsOf(only(recording, 'value'))].flatMap(([title, values]) => [
        ...(title === '' ? [] : [shortened(title, width)]),
        ...drawBars(values, width, (y) => `${Number(y.toFixed(part.digits ?? 0))} ${part.unit}`),
      ]);
    case 'levels':
      return drawLevels(only(recording, 'value'), width);
    default:
      return [];
  }
}

/** A line a lane, all groups to one scale: `p1  ▕    ██████     ▏   12 to   214 ms`. */
function drawTimeline(part: Timeline, recording: Recording, width: number): string[] {
  const spans = only(recording, 'span').filter(
    ({ group }) => part.groups?.includes(group ?? '') ?? true,
  );
  const labels = [...new Set(spans.map(({ label }) => label))];
  const byLabel = part.colorBy === 'label' && labels.length > 1;
  const groups = [...groupsOf(spans)];
  const zero = (own: readonly Span[]): number =>
    part.axis === undefined ? Math.min(...own.map(({ from }) => from)) : 0;
  const length = Math.max(
    ...groups.map(([, own]) => Math.max(...own.map(({ to }) => to)) - zero(own)),
  );
  const unit = part.axis === undefined ? 'ms' : '';
  const names = widestOf(spans.map(({ lane }) => lane));
  const digits = length.toFixed(0).length;
  const cells = width - names - 3 - (digits * 2 + ' to  ms'.length);
  if (spans.length === 0 || cells < 10) return [];
  const charts = groups.flatMap(([title, own]) => [
    ...(title === '' ? [] : [shortened(title, width)]),
    ...lanesOf(
      part,
      own.map(({ lane }) => lane),
    ).map((lane) => {
      const here = own.filter((span) => span.lane === lane);
      const start = zero(own);
      const from = Math.min(...here.map((span) => span.from)) - start;
      const to = Math.max(...here.map((span) => span.to)) - start;
      const fill = (span: Span): string => fills[byLabel ? labels.indexOf(span.label) % 6 : 0] ?? '█';
      const time = (value: number): string => value.toFixed(0).padStart(digits);
      const bar = drawLane(here, start, length, cells, fill);
      return `${padded(lane, names)} ▕${bar}▏${time(from)} to ${time(to)} ${unit}`.trimEnd();
    }),
  ]);
  const legend = labels.slice(0, 6).map((label, index) => `${fills[index] ?? ''} ${label}`);
  return byLabel ? [shortened(legend.join('  '), width), ...charts] : charts;
}

function drawLane(
  spans: readonly Span[],
  start: number,
  length: number,
  cells: number,
  fill: (span: Span) => string,
): string {
  return Array.from({ length: cells }, (_, cell) => {
    const from = start + (cell / cells) * length;
    const to = start + ((cell + 1) / cells) * length;
    const span = spans.find((each) => each.from < to && each.to > from);
    return span ? fill(span) : ' ';
  }).join('');
}

function drawBars(
  values: readonly Value[],
  width: number,
  text: (y: number) => string,
): string[] {
  const names = widestOf(values.map(({ x }) => String(x)));
  const most = Math.max(...values.map(({ y }) => y)) || 1;
  const numbers = values.map(({ y }) => text(y).trimEnd());
  const cells = width - names - 4 - widestOf(numbers);
  if (cells < 10) return [];
  return values.map(({ x, y }, index) => {
    const bar = '█'.repeat(Math.round((y / most) * cells));
    return `${padded(String(x), names)} ▏${bar} ${numbers[index] ?? ''}`;
  });
}

function drawLevels(values: readonly Value[], width: number): string[] {
  const names = widestOf(values.map(({ x }) => String(x)));
  const most = Math.max(0, ...values.map(({ y }) => y));
  if (names + 2 + most * 2 > width) return [];
  return values.map(({ x, y }) =>
    `${padded(String(x), names)}  ${'■ '.repeat(y)}${'□ '.repeat(most - y)}`.trimEnd(),
  );
}

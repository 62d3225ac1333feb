import type { Message, Moment, Recording } from '../recording/recording.js';
import { type Drawing, enumerate, type Layout, textWidth, widthOf } from './drawing/drawing.js';
import { element, label, svg } from './drawing/markup.js';
import type { Sequence } from './figure.js';
import { lanesOf } from './timeline-layout.js';

const rowHeight = 27;
const headHeight = 27;

/** The sides between which labels stand. */
interface Space {
  readonly left: number;
  readonly right: number;
}

export function drawSequence(part: Sequence, recording: Recording, layout: Layout): Drawing {
  const events = recording.filter(
    (each): each is Message | Moment => each.kind === 'message' || each.kind === 'moment',
  );
  const lanes = lanesOf(
    part,
    events.flatMap((each) => (each.kind === 'message' ? [each.from, each.to] : [each.lane])),
  );
  if (events.length === 0) return { html: '', marks: 0, description: '' };
  const start = events[0]?.at ?? 0;
  const times = events.map((event) => (event.at - start).toFixed(0));
  const timeWidth = Math.max(...times.map((time) => textWidth(time, 11)), 14) + 12;
  const widest = Math.max(...lanes.map(headWidth));
  // Where there is little room, every other head stands lower, so that they may be twice as wide.
  const needed = timeWidth + lanes.length * (widest / 2 + 4) + widest / 4;
  const width = Math.max(Math.min(widthOf[layout], lanes.length * 190 + timeWidth), needed);
  const step = (width - timeWidth) / lanes.length;
  const levels = step > widest + 6 ? 1 : 2;
  const x = (lane: string): number => {
    const middle = timeWidth + (lanes.indexOf(lane) + 0.5) * step;
    const half = headWidth(lane) / 2;
    return Math.min(Math.max(middle, timeWidth + half - 4), width - half - 1);
  };
  const top = levels * headHeight + 8;
  const bottom = top + events.length * rowHeight + 14;
  const space = { left: timeWidth, right: width };
  const rows = events.map((event, index) => {
    const y = top + (index + 1) * rowHeight - 6;
    const time = label(timeWidth - 10, y, times[index] ?? '', {
      class: 'time',
      'text-anchor': 'end',
    });
    const mark =
      event.kind === 'message'
        ? arrow(event.label, x(event.from), x(event.to), y, space)
        : note(event.label, x(event.lane), y, space);
    return element('g', { 'data-mark': '' }, time, mark);
  });
  // A long picture has the heads at its end as well.
  const heads = [0, ...(events.length > 14 ? [bottom] : [])].flatMap((y) =>
    lanes.map((lane, index) => head(lane, x(lane), y + (index % levels) * headHeight)),
  );
  const lifelines = lanes.map((lane, index) => {
    const y1 = (index % levels) * headHeight + 24;
    return element('line', { x1: x(lane), x2: x(lane), y1, y2: bottom, class: 'lifeline' });
  });
  const height = bottom + (events.length > 14 ? levels * headHeight : 2);
  const unit = label(timeWidth - 10, 16, 'ms', { class: 'axis-name', 'text-anchor': 'end' });
  return {
    html: svg(width, height, { class: 'sequence' }, unit, ...lifelines, ...heads, ...rows),
    marks: events.length,
    description: `Sequence: ${enumerate(events.map(describe), 20)}.`,
  };
}

function headWidth(lane: string): number {
  return textWidth(lane) + 14;
}

function head(lane: string, x: number, y: number): string {
  const width = headWidth(lane);
  return element(
    'g',
    { class: 'head' },
    element('rect', { x: x - width / 2, y: y + 1, width, height: 23, rx: 5 }),
    label(x, y + 17, lane, { 'text-anchor': 'middle' }),
  );
}

/** An arrow with its label above it; the label stays inside the picture. */
function arrow(text: string, from: number, to: number, y: number, space: Space): string {
  const direction = Math.sign(to - from);
  const tip = to - direction;
  const half = textWidth(text, 11) / 2;
  const middle = Math.min(Math.max((from + to) / 2, space.left + half), space.right - half - 2);
  return [
    element('line', { x1: from, x2: tip - direction * 6, y1: y, y2: y, class: 'arrow' }),
    element('path', {
      d: `M${tip} ${y} l${-direction * 8} -4 v8 z`,
      class: 'arrow-head',
    }),
    label(middle, y - 5, text, { 'text-anchor': 'middle', class: 'message' }),
  ].join('');
}

function note(text: string, x: number, y: number, space: Space): string {
  const wide = textWidth(text, 11) + 12;
  const left = Math.min(Math.max(x - wide / 2, space.left), space.right - wide - 1);
  return element(
    'g',
    { class: 'note' },
    element('rect', { x: left, y: y - 13, width: wide, height: 18, rx: 9 }),
    label(left + wide / 2, y, text, { 'text-anchor': 'middle' }),
  );
}

function describe(event: Message | Moment): string {
  return event.kind === 'message'
    ? `${event.from} to ${event.to}: ${event.label}`
    : `${event.lane}: ${event.label}`;
}

import type { Moment, Span } from '../recording/recording.js';
import { textWidth } from './drawing/drawing.js';

/** Where there is room: pixels for each unit of the axis, and the edges of the chart. */
interface Space {
  readonly pixel: number;
  readonly marginLeft: number;
  readonly right: number;
}

export interface SpanLabel {
  readonly lane: string;
  readonly text: string;
  /** In units of the axis. */
  readonly x: number;
  readonly inside: boolean;
}

const size = 11;

/** Labels of spans: in their bars, or behind them where nothing follows; left out where there is no room. */
export function labelSpans(spans: readonly Span[], space: Space, insideOnly: boolean): SpanLabel[] {
  return spans.flatMap((span): SpanLabel[] => {
    const { lane, label, from, to } = span;
    const needed = textWidth(label, size) + 10;
    if (label === '') return [];
    if ((to - from) * space.pixel >= needed) return [{ lane, text: label, x: from, inside: true }];
    const next = Math.min(
      Infinity,
      ...spans.filter((other) => other.lane === lane && other.from >= to).map((o) => o.from),
    );
    const end = Math.min(space.right, space.marginLeft + next * space.pixel);
    const fits = space.marginLeft + to * space.pixel + needed <= end;
    return fits && !insideOnly ? [{ lane, text: label, x: to, inside: false }] : [];
  });
}

export interface MomentLabel {
  readonly lane: string;
  readonly text: string;
  /** Where the text begins, in units of the axis. */
  readonly x: number;
}

/** Labels of moments beside them, on one side or the other; left out where they would overlap. */
export function labelMoments(moments: readonly Moment[], space: Space): MomentLabel[] {
  const ends = new Map<string, number>();
  return moments.flatMap(({ lane, label, at }) => {
    const x = space.marginLeft + at * space.pixel;
    const width = textWidth(label, size);
    const last = ends.get(lane) ?? -Infinity;
    const starts = [x - 2, x + 3 - width, space.right - width].map((start) => Math.max(start, 0));
    const start = starts.find((each) => each > last + 6 && each + width <= space.right + 8);
    if (label === '' || start === undefined || start > x || start + width < x - 8) return [];
    ends.set(lane, start + width);
    return [{ lane, text: label, x: (start - space.marginLeft) / space.pixel }];
  });
}

import { type Drawing, drawing, line } from '../expectation/expectation.js';
import { textLike } from '../expectation/placeholder.js';
import { now } from './clock.js';

/** A piece of work on a lane of a chart, in milliseconds of `now()`. */
export interface Span {
  readonly lane: string;
  readonly from: number;
  readonly to: number;
}

/** Runs `work` and gives the span that it took. */
export function timed(lane: string, work: () => void): Span {
  const from = now();
  work();
  return { lane, from, to: now() };
}

const barWidth = 48;

/** A chart of text, a line a lane: `p1  ▕    ██████     ▏   12 ms →   214 ms`. */
export function ganttChart(spans: readonly Span[], start = earliest(spans)): string[] {
  const length = Math.max(...spans.map((span) => span.to)) - start;
  const lanes = [...new Set(spans.map((span) => span.lane))];
  const width = Math.max(...lanes.map((lane) => lane.length));
  return lanes.map((lane) => {
    const own = spans.filter((span) => span.lane === lane);
    const first = milliseconds(Math.min(...own.map((span) => span.from)) - start);
    const last = milliseconds(Math.max(...own.map((span) => span.to)) - start);
    return `${lane.padEnd(width)} ▕${bar(own, start, length)}▏${first} → ${last}`;
  });
}

/** What a chart with these lanes prints: the bars and times are free. */
export function chartOf(...lanes: readonly string[]): Drawing {
  const width = Math.max(...lanes.map((lane) => lane.length));
  const chart = textLike(/▕[█ ]*▏ *\d+ ms → *\d+ ms/, '▕  ██  ▏ from → to');
  return drawing(...lanes.map((lane) => line(`${lane.padEnd(width)} {chart}`, { chart })));
}

function earliest(spans: readonly Span[]): number {
  return Math.min(...spans.map((span) => span.from));
}

function bar(spans: readonly Span[], start: number, length: number): string {
  return Array.from({ length: barWidth }, (_, cell) => {
    const from = start + (cell / barWidth) * length;
    const to = start + ((cell + 1) / barWidth) * length;
    return spans.some((span) => span.from < to && span.to > from) ? '█' : ' ';
  }).join('');
}

function milliseconds(time: number): string {
  return `${time.toFixed(0).padStart(5)} ms`;
}

import type { Moment, Span } from '../recording/recording.js';
import { type Layout, textWidth } from './drawing/drawing.js';

/** The lanes of a picture in order: those that the figure names, then the others by name and number. */
export function lanesOf(
  { lanes = [] }: { readonly lanes?: readonly string[] },
  present: readonly string[],
): string[] {
  const named = lanes.filter((lane) => present.includes(lane));
  const others = present
    .filter((lane) => !lanes.includes(lane))
    .toSorted((one, other) => one.localeCompare(other, 'en', { numeric: true }));
  return [...new Set([...named, ...others])];
}

/** Where a lane's bar begins, and how far above it the lane's name stands when it has no place beside it. */
interface Row {
  readonly bar: number;
  readonly above: number;
}

interface Rows {
  readonly rows: ReadonlyMap<string, Row>;
  readonly height: number;
}

/** Rows of the lanes in pixels: on a phone names stand above their bars; labels of moments do always. */
export function rowsOf(
  lanes: readonly string[],
  moments: readonly Moment[],
  layout: Layout,
): Rows {
  const rows = new Map<string, Row>();
  let top = 4;
  for (const lane of lanes) {
    const noted = moments.some((moment) => moment.lane === lane && moment.label !== '');
    const forMoments = noted ? 15 : 0;
    const forName = layout === 'narrow' ? 16 : 0;
    const bar = top + forMoments + forName;
    rows.set(lane, { bar, above: forMoments + 8 });
    top = bar + 16 + (layout === 'narrow' ? 10 : 9);
  }
  return { rows, height: top };
}

/** What the names of all lanes need on the left, so that all charts begin at the same place. */
export function marginFor(lanes: readonly string[], layout: Layout): number {
  const longest = Math.max(0, ...lanes.map((lane) => textWidth(lane)));
  return layout === 'wide' ? Math.max(40, longest + 16) : 6;
}

/** How many spans there are at each moment at which that changes, and the most there ever are. */
export function occupancyOf(spans: readonly Span[]): {
  readonly steps: readonly { readonly at: number; readonly count: number }[];
  readonly most: number;
} {
  const changes = spans.flatMap(({ from, to }) => [
    { at: from, by: 1 },
    { at: to, by: -1 },
  ]);
  // At the same time one leaves before the next enters.
  changes.sort((one, other) => one.at - other.at || one.by - other.by);
  let count = 0;
  let most = 0;
  const steps = changes.map(({ at, by }) => {
    count += by;
    most = Math.max(most, count);
    return { at, count };
  });
  return { steps, most };
}

import { createColors } from 'picocolors';
import type { Formatter } from 'picocolors/types.js';

/** How the report looks on the terminal, or the file, that it goes to. */
export interface Style {
  /** Columns that the report may fill. */
  readonly width: number;
  readonly title: Formatter;
  readonly good: Formatter;
  readonly bad: Formatter;
  readonly faint: Formatter;
}

const widest = 100;
const narrowest = 60;

/** No colours unless the stream is a terminal and nobody asked for none (`NO_COLOR`). */
export function styleFor(stream: { isTTY?: boolean; columns?: number }): Style {
  const columns = stream.columns ?? 0;
  const colours = createColors(stream.isTTY === true && !process.env['NO_COLOR']);
  return {
    // Some terminals say that they have 0 columns.
    width: columns > 0 ? Math.max(narrowest, Math.min(widest, columns)) : widest,
    title: colours.bold,
    good: colours.green,
    bad: colours.red,
    faint: colours.dim,
  };
}

import { createColors } from 'picocolors';
import type { Formatter } from 'picocolors/types.js';

/** How the output looks on the terminal, or the file, that it goes to. */
export interface Style {
  /** Columns that a line may fill. */
  readonly width: number;
  readonly title: Formatter;
  readonly good: Formatter;
  readonly bad: Formatter;
  readonly faint: Formatter;
}

const widest = 200;
const narrowest = 40;
/** The width of a file, or of a terminal that does not say. */
const usual = 100;

/** No colours unless the stream is a terminal and `NO_COLOR` is not set. */
export function styleFor(stream: { isTTY?: boolean; columns?: number }): Style {
  const columns = stream.columns ?? 0;
  const colours = createColors(stream.isTTY === true && !process.env['NO_COLOR']);
  return {
    // Some terminals say that they have 0 columns. The last one stays free: filling it wraps in some.
    width: columns > 0 ? Math.max(narrowest, Math.min(widest, columns - 1)) : usual,
    title: colours.bold,
    good: colours.green,
    bad: colours.red,
    faint: colours.dim,
  };
}

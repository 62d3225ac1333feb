/** How wide a picture may be: there is one for a desk and one for a phone. */
export type Layout = 'wide' | 'narrow';

export const widthOf: Readonly<Record<Layout, number>> = { wide: 760, narrow: 340 };

/** A part of a figure, drawn for one layout. */
export interface Drawing {
  /** HTML: SVG elements, and what belongs to them. */
  readonly html: string;
  /** How many recorded data it shows, each by a mark of its own. */
  readonly marks: number;
  /** The same in words, for readers that do not see it. */
  readonly description: string;
}

/** Six colours that are told apart on light and dark pages, in this order, then again. */
export function seriesColor(index: number): string {
  return `var(--series-${(index % 6) + 1})`;
}

/** The width in pixels that text of that size needs, or a little more. */
export function textWidth(text: string, size = 12): number {
  return text.length * size * 0.6;
}

/** Some of the words, and how many more there are. */
export function enumerate(words: readonly string[], most = 12): string {
  const shown = words.slice(0, most).join(', ');
  return words.length > most ? `${shown} and ${words.length - most} more` : shown;
}

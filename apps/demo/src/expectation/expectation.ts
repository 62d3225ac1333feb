import type { Placeholder } from './placeholder.js';

/** A line that is to be printed. A plain string is one as well, without placeholders. */
export interface ExpectedLine {
  readonly kind: 'line';
  /** The line, with `{name}` where a placeholder stands. */
  readonly text: string;
  readonly placeholders: Readonly<Record<string, Placeholder>>;
}

/** Lines in this order; other parts of an `anyOrder` may come between them. */
export interface Sequence {
  readonly kind: 'sequence';
  readonly parts: readonly Expectation[];
}

/** Parts whose order nothing forces: they may come mixed. */
export interface AnyOrder {
  readonly kind: 'any order';
  readonly parts: readonly Expectation[];
}

/** A part that may be missing. */
export interface Optional {
  readonly kind: 'optional';
  readonly part: Expectation;
}

/**
 * What an example prints, as data: lines, and the order between them where a join, a lock or a sleep
 * forces one. Two different lines of which either could match one printed line must not be open at the
 * same time, since the first of them takes it.
 */
export type Expectation = string | ExpectedLine | Sequence | AnyOrder | Optional;

/** A line with placeholders: `line('ID of main process: {main}', { main: integer })`. */
export function line(
  text: string,
  placeholders: Readonly<Record<string, Placeholder>>,
): ExpectedLine {
  return { kind: 'line', text, placeholders };
}

export function sequence(...parts: readonly Expectation[]): Sequence {
  return { kind: 'sequence', parts };
}

export function anyOrder(...parts: readonly Expectation[]): AnyOrder {
  return { kind: 'any order', parts };
}

export function optional(part: Expectation): Optional {
  return { kind: 'optional', part };
}

/** `count` parts in sequence, each made from its index. */
export function each(count: number, part: (index: number) => Expectation): Sequence {
  return sequence(...Array.from({ length: count }, (_, index) => part(index)));
}

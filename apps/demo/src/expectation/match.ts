import type { Expectation, ExpectedLine } from './expectation.js';
import { matchLine, shownText } from './expected-line.js';

/** An expected line beside the printed line that it matched; one of them is missing where they differ. */
export interface Pair {
  readonly expected: string | undefined;
  readonly printed: string | undefined;
  readonly matched: boolean;
  /** Whether the expected line belongs to a group without an order. */
  readonly unordered: boolean;
  /** Whether the expected line has placeholders: what was printed then says more. */
  readonly open: boolean;
}

export interface Match {
  readonly matched: boolean;
  /** In the order of the printed lines; what was not printed comes where it should have been, or last. */
  readonly pairs: readonly Pair[];
  /** What stood in the places of the placeholders, by name, in the order of printing. */
  readonly captured: ReadonlyMap<string, readonly string[]>;
}

/** How the parts around an expected line bear on it. */
interface Context {
  readonly unordered: boolean;
  readonly mayMiss: boolean;
}

/** An expected line with the lines that must have been printed before it. */
interface Entry extends Context {
  readonly line: ExpectedLine;
  readonly after: readonly Entry[];
  /** Printed, or skipped for good: it takes no further line. */
  found: boolean;
}

/**
 * Compares what was printed with what was expected. Each printed line is taken by the first expected
 * line that it matches, of those whose predecessors have all been printed.
 */
export function matchLines(expected: readonly Expectation[], printed: readonly string[]): Match {
  const entries: Entry[] = [];
  const context = { unordered: false, mayMiss: false };
  flatten({ kind: 'sequence', parts: expected }, [], context, entries);
  const captured = new Map<string, string[]>();
  const pairs: Pair[] = [];
  for (const text of printed) {
    const pair = take(entries, text, captured);
    pairs.push(pair);
  }
  const missing = entries.filter((entry) => !entry.found && !entry.mayMiss);
  return {
    matched: missing.length === 0 && pairs.every((pair) => pair.matched),
    pairs: placeMissing(pairs, missing),
    captured,
  };
}

function take(entries: readonly Entry[], text: string, captured: Map<string, string[]>): Pair {
  for (const entry of entries) {
    if (entry.found || !isOpen(entry)) continue;
    const values = matchLine(entry.line, text);
    if (!values) continue;
    entry.found = true;
    skipBefore(entry);
    for (const [name, value] of values) {
      captured.set(name, [...(captured.get(name) ?? []), value]);
    }
    return pairOf(entry, text);
  }
  return { expected: undefined, printed: text, matched: false, unordered: false, open: false };
}

function pairOf({ line, unordered }: Entry, printed: string | undefined): Pair {
  const open = Object.keys(line.placeholders).length > 0;
  return { expected: shownText(line), printed, matched: printed !== undefined, unordered, open };
}

/** What may miss and did not come before the line that follows it is missing for good. */
function skipBefore(entry: Entry): void {
  for (const earlier of entry.after) {
    if (earlier.found) continue;
    earlier.found = true;
    skipBefore(earlier);
  }
}

function isOpen(entry: Entry): boolean {
  return entry.after.every((earlier) => earlier.found || (earlier.mayMiss && isOpen(earlier)));
}

/** Missing lines stand beside unexpected ones, as long as there are any, then below. */
function placeMissing(pairs: readonly Pair[], missing: readonly Entry[]): Pair[] {
  const waiting = [...missing];
  const placed = pairs.map((pair) => {
    const entry = pair.matched ? undefined : waiting.shift();
    return entry ? { ...pair, expected: shownText(entry.line) } : pair;
  });
  return [...placed, ...waiting.map((entry) => pairOf(entry, undefined))];
}

/** Adds the lines of `part` to `entries`; returns those that whatever follows must come after. */
function flatten(
  part: Expectation,
  after: readonly Entry[],
  context: Context,
  entries: Entry[],
): readonly Entry[] {
  if (typeof part === 'string') {
    return flatten({ kind: 'line', text: part, placeholders: {} }, after, context, entries);
  }
  switch (part.kind) {
    case 'line': {
      const entry: Entry = { ...context, line: part, after, found: false };
      entries.push(entry);
      return [entry];
    }
    case 'sequence': {
      let last = after;
      for (const next of part.parts) last = flatten(next, last, context, entries);
      return last;
    }
    case 'any order': {
      if (part.parts.length === 0) return after;
      const inside = { ...context, unordered: true };
      return part.parts.flatMap((next) => flatten(next, after, inside, entries));
    }
    case 'optional':
      return flatten(part.part, after, { ...context, mayMiss: true }, entries);
  }
}

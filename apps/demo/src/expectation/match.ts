import type { Expectation, ExpectedLine } from './expectation.js';
import { matchLine, shownText } from './expected-line.js';

/** An expected line beside the printed line that it matched; one of them is missing where they differ. */
export interface Pair {
  readonly expected: string | undefined;
  readonly printed: string | undefined;
  readonly matched: boolean;
  /** Whether the expected line belongs to a group without an order. */
  readonly unordered: boolean;
}

export interface Match {
  readonly matched: boolean;
  /** In the order of the printed lines; what was not printed comes where it should have been, or last. */
  readonly pairs: readonly Pair[];
  /** What stood in the places of the placeholders, by name, in the order of printing. */
  readonly captured: ReadonlyMap<string, readonly string[]>;
}

/** An expected line with the lines that must have been printed before it. */
interface Entry {
  readonly line: ExpectedLine;
  readonly after: readonly Entry[];
  readonly unordered: boolean;
  readonly mayMiss: boolean;
  /** Printed, or skipped for good: it takes no further line. */
  found: boolean;
}

/**
 * Compares what was printed with what was expected. Each printed line is taken by the first expected
 * line that it matches, of those whose predecessors have all been printed.
 */
export function matchLines(expected: readonly Expectation[], printed: readonly string[]): Match {
  const entries: Entry[] = [];
  flatten({ kind: 'sequence', parts: expected }, [], false, false, entries);
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
    const { unordered } = entry;
    return { expected: shownText(entry.line), printed: text, matched: true, unordered };
  }
  return { expected: undefined, printed: text, matched: false, unordered: false };
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
  for (const { line, unordered } of waiting) {
    placed.push({ expected: shownText(line), printed: undefined, matched: false, unordered });
  }
  return placed;
}

/** Adds the lines of `part` to `entries`; returns those that whatever follows must come after. */
function flatten(
  part: Expectation,
  after: readonly Entry[],
  unordered: boolean,
  mayMiss: boolean,
  entries: Entry[],
): readonly Entry[] {
  if (typeof part === 'string') {
    return flatten(
      { kind: 'line', text: part, placeholders: {} },
      after,
      unordered,
      mayMiss,
      entries,
    );
  }
  switch (part.kind) {
    case 'line': {
      const entry: Entry = { line: part, after, unordered, mayMiss, found: false };
      entries.push(entry);
      return [entry];
    }
    case 'sequence': {
      let last = after;
      for (const next of part.parts) last = flatten(next, last, unordered, mayMiss, entries);
      return last;
    }
    case 'any order':
      return part.parts.length === 0
        ? after
        : part.parts.flatMap((next) => flatten(next, after, true, mayMiss, entries));
    case 'optional':
      return flatten(part.part, after, unordered, true, entries);
  }
}

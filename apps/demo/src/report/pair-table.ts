import Table from 'cli-table3';
import stringWidth from 'string-width';
import type { Pair } from '../expectation/match.js';
import type { Style } from './style.js';

const unorderedMark = '⇅ ';
/** The borders of a table of two columns, and the spaces inside them. */
const frame = '│  │  │'.length + 1;

/** What was expected beside what was printed, pair by pair; below it where the lines are too long. */
export function pairTable(
  pairs: readonly Pair[],
  heading: string,
  width: number,
  style: Style,
): string {
  const marked = pairs.some((pair) => pair.unordered);
  const rows = pairs.map((pair) => ({ ...pair, expected: expectedText(pair, marked) }));
  const expectedHead = marked ? `expected (${unorderedMark}in any order)` : 'expected';
  const left = widestOf([expectedHead, ...rows.map((row) => row.expected)]);
  const right = widestOf([heading, ...rows.map((row) => row.printed ?? '')]) + ' ✘'.length;
  const spare = width - frame - left - right;
  if (spare < 0) return stackedTable(pairs, heading, width, style);
  const table = new Table({
    head: [style.faint(expectedHead), style.faint(heading)],
    colWidths: [left + Math.floor(spare / 2) + 2, right + Math.ceil(spare / 2) + 2],
    style: { head: [], border: [] },
    chars: rules(style),
  });
  for (const row of rows) {
    table.push(
      row.matched
        ? [row.expected, row.printed ?? '']
        : [style.bad(row.expected), style.bad(`${row.printed ?? ''} ✘`)],
    );
  }
  return table.toString();
}

/** One column: the printed line, and below it the expected one where that reads differently. */
function stackedTable(
  pairs: readonly Pair[],
  heading: string,
  width: number,
  style: Style,
): string {
  const table = new Table({
    head: [style.faint(`${heading} (↳ expected, where it reads differently)`)],
    colWidths: [width],
    wordWrap: true,
    wrapOnWordBoundary: false,
    style: { head: [], border: [] },
    chars: rules(style),
  });
  for (const { expected, printed, matched } of pairs) {
    const shown =
      printed === undefined
        ? style.bad('(missing) ✘')
        : matched
          ? printed
          : style.bad(`${printed} ✘`);
    const form = expected === printed ? [] : [style.faint(`  ↳ ${expected ?? '(nothing)'}`)];
    table.push([[shown, ...form].join('\n')]);
  }
  return table.toString();
}

function expectedText(pair: Pair, marked: boolean): string {
  const text = pair.expected ?? '(nothing)';
  if (!marked) return text;
  return (pair.unordered ? unorderedMark : ' '.repeat(unorderedMark.length)) + text;
}

function widestOf(texts: readonly string[]): number {
  return Math.max(...texts.map((text) => stringWidth(text)));
}

/** Thin rules, and none between the rows. */
function rules(style: Style): Record<string, string> {
  const none = { mid: '', 'left-mid': '', 'mid-mid': '', 'right-mid': '' };
  return { ...none, middle: style.faint('│'), left: style.faint('│'), right: style.faint('│') };
}

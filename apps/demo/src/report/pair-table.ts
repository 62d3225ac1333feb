import stringWidth from 'string-width';
import wrapAnsi from 'wrap-ansi';
import type { Pair } from '../expectation/match.js';
import type { Style } from './style.js';

const unorderedMark = '⇅ ';
const badMark = ' ✘';
/** What two columns cost beside their text: borders, and a space on either side. */
const frameWidth = '│  │  │'.length;

type Paint = (text: string) => string;

/** What was expected beside what was printed, pair by pair. Pictures go over both columns. */
export function pairTable(
  pairs: readonly Pair[],
  heading: string,
  width: number,
  style: Style,
): string {
  const marked = pairs.some((pair) => pair.unordered);
  const head = marked ? `expected (${unorderedMark}in any order)` : 'expected';
  const rows = pairs.map((pair) => ({
    expected: expectedText(pair, marked),
    printed: `${pair.printed ?? '(not printed)'}${pair.matched ? '' : badMark}`,
    isPicture: pair.drawn && pair.matched,
    paint: pair.matched ? (text: string) => text : style.bad,
  }));
  const texts = rows.filter((row) => !row.isPicture);
  const frame = new Frame(
    columnWidths(
      widestOf([head, ...texts.map((row) => row.expected)]),
      widestOf([heading, ...texts.map((row) => row.printed)]),
      width - frameWidth,
    ),
    style.faint,
  );
  let open = texts.length > 0; // Whether the line between the columns goes on.
  const lines = [
    frame.rule('┌', open ? '┬' : '─', '┐'),
    ...(open ? frame.row(head, heading, style.faint) : frame.wide(`${heading}, as expected`)),
  ];
  for (const [index, { expected, printed, isPicture, paint }] of rows.entries()) {
    if (index === 0 || open === isPicture) {
      const joint = open ? (isPicture ? '┴' : '┼') : isPicture ? '─' : '┬';
      lines.push(frame.rule('├', joint, '┤'));
    }
    open = !isPicture;
    lines.push(...(isPicture ? frame.wide(printed) : frame.row(expected, printed, paint)));
  }
  return [...lines, frame.rule('└', open ? '┴' : '─', '┘')].join('\n');
}

/** Draws the lines of a table with two columns. */
class Frame {
  readonly #left: number;
  readonly #right: number;
  readonly #faint: Paint;

  constructor([left, right]: readonly [left: number, right: number], faint: Paint) {
    this.#left = left;
    this.#right = right;
    this.#faint = faint;
  }

  rule(start: string, middle: string, end: string): string {
    const [left, right] = [this.#left, this.#right].map((width) => '─'.repeat(width + 2));
    return this.#faint(`${start}${left ?? ''}${middle}${right ?? ''}${end}`);
  }

  row(left: string, right: string, paint: Paint): string[] {
    const lefts = wrapped(left, this.#left);
    const rights = wrapped(right, this.#right);
    return Array.from({ length: Math.max(lefts.length, rights.length) }, (_, index) =>
      this.#line([
        paint(padded(lefts[index] ?? '', this.#left)),
        paint(padded(rights[index] ?? '', this.#right)),
      ]),
    );
  }

  /** A line over both columns. */
  wide(text: string): string[] {
    const width = this.#left + this.#right + ' │ '.length;
    return wrapped(text, width).map((part) => this.#line([padded(part, width)]));
  }

  #line(cells: readonly string[]): string {
    const border = this.#faint('│');
    return `${border} ${cells.join(` ${border} `)} ${border}`;
  }
}

function wrapped(text: string, width: number): string[] {
  return wrapAnsi(text, width, { hard: true, trim: false }).split('\n');
}

function padded(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - stringWidth(text)));
}

function expectedText(pair: Pair, marked: boolean): string {
  const text = pair.expected ?? '(nothing)';
  if (!marked) return text;
  return (pair.unordered ? unorderedMark : ' '.repeat(unorderedMark.length)) + text;
}

/** What the columns need and half of what is left over; or, when it is not enough, a fair share. */
function columnWidths(left: number, right: number, width: number): [left: number, right: number] {
  const spare = width - left - right;
  if (spare >= 0) return [left + Math.floor(spare / 2), right + Math.ceil(spare / 2)];
  const half = Math.floor(width / 2);
  if (left <= half) return [left, width - left];
  if (right <= half) return [width - right, right];
  return [half, width - half];
}

function widestOf(texts: readonly string[]): number {
  return Math.max(0, ...texts.map((text) => stringWidth(text)));
}

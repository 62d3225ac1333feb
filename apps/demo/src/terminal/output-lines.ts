import stringWidth from 'string-width';
import type { Pair } from '../expectation/match.js';
import { foldSimilar, shapeOf } from './similar-lines.js';
import type { Style } from './style.js';
import { mark, padded, widestOf, wrapped } from './text.js';

/** A printed line, and what was expected where that says more, or something else. */
interface Row {
  readonly printed: string;
  readonly expected: string | undefined;
  readonly good: boolean;
}

const gap = '   ';

/**
 * What was printed, each line with a tick; beside it what was expected, only where a placeholder stands
 * or where they differ. Where there is no room beside it, below it.
 */
export function outputLines(pairs: readonly Pair[], width: number, style: Style): string[] {
  const rows = withoutRepetition(pairs.map(rowOf));
  const folded = foldSimilar(rows, ({ printed, good }) => (good ? shapeOf(printed) : undefined));
  const compared = rows.filter(({ expected }) => expected !== undefined);
  const left = widestOf(compared.map(({ printed }) => printed));
  const right = widestOf(compared.map(({ expected }) => `≈ ${expected ?? ''}`));
  const beside = 2 + left + gap.length + right <= width;
  return folded.flatMap((row) =>
    'folded' in row
      ? [style.faint(`  … ${row.folded} more like these`)]
      : lines(row, beside ? left : undefined, width, style),
  );
}

function rowOf({ printed, expected, matched, open }: Pair): Row {
  return {
    printed: printed ?? '(not printed)',
    expected: matched && !open ? undefined : expected,
    good: matched,
  };
}

/** What is expected is said once for lines that follow each other and are expected to look the same. */
function withoutRepetition(rows: readonly Row[]): Row[] {
  return rows.map((row, index) => {
    const before = rows[index - 1];
    const repeats =
      row.good &&
      before?.good === true &&
      row.expected !== undefined &&
      before.expected !== undefined &&
      shapeOf(row.expected) === shapeOf(before.expected);
    return repeats ? { ...row, expected: undefined } : row;
  });
}

/** `left` is the width of the column of what was printed; undefined when there is no room for two. */
function lines(
  { printed, expected, good }: Row,
  left: number | undefined,
  width: number,
  style: Style,
): string[] {
  const paint = good ? (text: string) => text : style.bad;
  const sign = good ? '≈' : '≠';
  if (expected === undefined || left === undefined || stringWidth(printed) > left) {
    const text = wrapped(printed, width - 2).map(
      (line, index) => `${index === 0 ? mark(good, style) : ' '} ${paint(line)}`,
    );
    if (expected === undefined) return text;
    const below = wrapped(`${sign} ${expected}`, width - 4);
    return [...text, ...below.map((line) => `    ${style.faint(line)}`)];
  }
  return [
    `${mark(good, style)} ${paint(padded(printed, left))}${gap}${style.faint(`${sign} ${expected}`)}`,
  ];
}

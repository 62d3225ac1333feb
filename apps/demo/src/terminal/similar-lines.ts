/** Of a long run of similar lines, so many are shown before the others are counted. */
const shown = 3;
const longest = 8;

/** What lines have in common that differ in numbers only. */
export function shapeOf(line: string): string {
  return line.replaceAll(/\d+/g, '#');
}

/**
 * Long runs of items of the same shape, shortened to the first ones, a count and the last one. An item
 * without a shape is always kept.
 */
export function foldSimilar<T>(
  items: readonly T[],
  shape: (item: T) => string | undefined,
): (T | { readonly folded: number })[] {
  const result: (T | { readonly folded: number })[] = [];
  for (let begin = 0; begin < items.length; ) {
    const end = endOfRun(items, begin, shape);
    const run = items.slice(begin, end);
    if (run.length > longest) {
      result.push(...run.slice(0, shown), { folded: run.length - shown - 1 }, ...run.slice(-1));
    } else {
      result.push(...run);
    }
    begin = end;
  }
  return result;
}

function endOfRun<T>(
  items: readonly T[],
  begin: number,
  shape: (item: T) => string | undefined,
): number {
  const [first] = items.slice(begin);
  const wanted = first === undefined ? undefined : shape(first);
  let end = begin + 1;
  while (wanted !== undefined && end < items.length) {
    const [next] = items.slice(end);
    if (next === undefined || shape(next) !== wanted) break;
    end += 1;
  }
  return end;
}

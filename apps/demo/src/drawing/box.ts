import stringWidth from 'string-width';

/** A box around lines of text, `width` columns wide inside its borders, or as wide as they need. */
export function box(lines: readonly string[], width = widestOf(lines) + 2): string[] {
  const rows = lines.map((line) => `│${` ${line}`.padEnd(width)}│`);
  return [`┌${'─'.repeat(width)}┐`, ...rows, `└${'─'.repeat(width)}┘`];
}

/** Blocks of lines side by side, aligned at the top, with `gap` between them. */
export function beside(blocks: readonly (readonly string[])[], gap = '   '): string[] {
  const height = Math.max(...blocks.map((block) => block.length));
  const widths = blocks.map(widestOf);
  return Array.from({ length: height }, (_, row) =>
    blocks
      .map((block, column) => (block[row] ?? '').padEnd(widths[column] ?? 0))
      .join(gap)
      .trimEnd(),
  );
}

function widestOf(lines: readonly string[]): number {
  return Math.max(0, ...lines.map((line) => stringWidth(line)));
}

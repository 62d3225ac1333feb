/** A fenced block of Markdown. */
export interface CodeBlock {
  /** The first word after the fence. */
  readonly language: string;
  /** The words after it. */
  readonly flags: readonly string[];
  readonly code: string;
  /** The line of the opening fence, from 1. */
  readonly line: number;
}

/** The fenced blocks of a Markdown text, in order. A fence that is never closed is an error. */
export function codeBlocks(markdown: string): CodeBlock[] {
  const blocks: CodeBlock[] = [];
  let open: { fence: string; indent: number; info: string; line: number } | undefined;
  let content: string[] = [];
  for (const [index, text] of markdown.split('\n').entries()) {
    const [, indent = '', fence = '', info = ''] = /^(\s*)(`{3,})\s*([^`]*)$/.exec(text) ?? [];
    if (open === undefined) {
      if (fence === '') continue;
      open = { fence, indent: indent.length, info: info.trim(), line: index + 1 };
      content = [];
    } else if (fence.length >= open.fence.length && info.trim() === '') {
      const [language = '', ...flags] = open.info.split(/\s+/);
      blocks.push({ language, flags, code: `${content.join('\n')}\n`, line: open.line });
      open = undefined;
    } else {
      content.push(text.slice(0, open.indent).trim() === '' ? text.slice(open.indent) : text);
    }
  }
  if (open !== undefined) throw new Error(`line ${open.line}: the code block is never closed`);
  return blocks;
}

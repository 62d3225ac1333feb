import { relative } from 'node:path';
import { type CodeBlock, codeBlocks } from './code-block.js';
import { workspace } from './workspace.js';

/** A program that a document shows, and what the document says that it prints. */
export interface DocumentedProgram {
  /** `packages/core/README.md:12`: where a reader finds it. */
  readonly place: string;
  readonly code: string;
  /** It is only type-checked: it needs something that no test provides. */
  readonly isRun: boolean;
  /** It is a CommonJS module. */
  readonly isCommonJs: boolean;
  /** The lines of its standard output; `undefined` when the document does not say. */
  readonly expected?: readonly string[];
  /** Those lines may come in any order. */
  readonly inAnyOrder: boolean;
}

/**
 * The programs of a Markdown text: each `ts` block is one, and the `text` block that follows it is
 * its output. `firstLine` is the line of the file that the text's first line stands on.
 */
export function programsOf(markdown: string, path: string, firstLine = 1): DocumentedProgram[] {
  const blocks = codeBlocks(markdown);
  return blocks.flatMap((block, index) => {
    if (block.language !== 'ts') return [];
    const next = blocks[index + 1];
    const place = `${relative(workspace, path)}:${block.line + firstLine - 1}`;
    return [toProgram(block, next?.language === 'text' ? next : undefined, place)];
  });
}

function toProgram(
  { code, flags }: CodeBlock,
  output: CodeBlock | undefined,
  place: string,
): DocumentedProgram {
  const unknown = flags.find((flag) => flag !== 'no-run' && flag !== 'commonjs');
  if (unknown !== undefined) throw new Error(`${place}: a ts block cannot be "${unknown}"`);
  const expected = expectedLines(code, output, place);
  return {
    place,
    code,
    isRun: !flags.includes('no-run'),
    isCommonJs: flags.includes('commonjs'),
    inAnyOrder: output?.flags.includes('any-order') ?? false,
    ...(expected === undefined ? {} : { expected }),
  };
}

/** From the `text` block, or from the comments `// → …` in the order in which they stand. */
function expectedLines(
  code: string,
  output: CodeBlock | undefined,
  place: string,
): readonly string[] | undefined {
  const comments = [...code.matchAll(/\/\/ → (.*)$/gm)].map(([, text = '']) => text.trimEnd());
  if (output === undefined) return comments.length === 0 ? undefined : comments;
  if (comments.length > 0) {
    throw new Error(`${place}: says what it prints twice, in comments and in a text block`);
  }
  return output.code.trimEnd().split('\n');
}

import { type DocumentedProgram, programsOf } from './documented-program.js';

/** The programs in the `@example` tags of a source file's doc comments. */
export function tsdocExamples(source: string, path: string): DocumentedProgram[] {
  return [...source.matchAll(/\/\*\*[\s\S]*?\*\//g)].flatMap(({ 0: comment, index }) => {
    const commentLine = countLines(source.slice(0, index));
    const lines = comment.split('\n').map((line) => line.replace(/^\s*\*( |$)/, ''));
    return lines.flatMap((line, start) => {
      if (!line.startsWith('@example')) return [];
      const end = endOfTag(lines, start + 1);
      const firstLine = commentLine + start + 1;
      const found = programsOf(lines.slice(start + 1, end).join('\n'), path, firstLine);
      if (found.length === 0) throw new Error(`${path}:${firstLine - 1}: @example has no ts block`);
      return found;
    });
  });
}

/** A tag ends at the next one; an `@` inside a code block is code. */
function endOfTag(lines: readonly string[], begin: number): number {
  let inCode = false;
  for (let index = begin; index < lines.length; index += 1) {
    const line = lines[index] ?? '';
    if (line.startsWith('```')) inCode = !inCode;
    if (!inCode && (line.startsWith('@') || line.endsWith('*/'))) return index;
  }
  return lines.length;
}

function countLines(text: string): number {
  return text.split('\n').length;
}

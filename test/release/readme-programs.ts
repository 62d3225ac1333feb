import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { codeBlocks } from '../documentation/code-block.js';
import { type DocumentedProgram, programsOf } from '../documentation/documented-program.js';

/** The README of a package that is installed in a folder: what a registry shows. */
export function installedReadme(folder: string, name: string): string {
  return readFileSync(join(folder, 'node_modules', name, 'README.md'), 'utf8');
}

/** A README's first program, which must say what it prints. */
export function firstProgram(readme: string, name: string): DocumentedProgram {
  const [first] = programsOf(readme, `${name}/README.md`);
  if (first?.expected === undefined || first.isCommonJs) {
    throw new Error(`${name}: the first ts block must be a program, with its output after it`);
  }
  return first;
}

/** The packages that a README's programs import and that no `npm install …` in it names, beside `known`. */
export function unnamedImports(readme: string, known: readonly string[]): string[] {
  const named = [...readme.matchAll(/npm install ([^\n`)]+)/g)].flatMap(([, names = '']) =>
    names.split(/\s+/),
  );
  return programsOf(readme, 'README.md')
    .flatMap(({ code }) => [...code.matchAll(/ from '((?:@[^/']+\/)?[^/']+)/g)])
    .map(([, imported = '']) => imported)
    .filter((name) => !name.startsWith('node:') && !known.includes(name) && !named.includes(name));
}

/** A step of a walk through a README: a file to save, or commands to run. */
export type Step =
  | { readonly file: string; readonly code: string }
  | { readonly commands: readonly string[] };

/** What a reader does who follows a section: saves each block in the file that the text before it names. */
export function stepsOf(section: string): Step[] {
  const lines = section.split('\n');
  let begin = 0;
  return codeBlocks(section).flatMap((block): Step[] => {
    const before = lines.slice(begin, block.line).join('\n');
    begin = block.line + block.code.split('\n').length;
    if (block.language === 'sh') return [{ commands: block.code.trim().split('\n') }];
    const file = /, in `([\w.]+)`/.exec(before)?.[1];
    return file === undefined ? [] : [{ file, code: block.code }];
  });
}

// docs/from-*.md: the program of the other library prints what the page says that ours prints, and the tables miss no
// name of its types. examples.test.ts type-checks and runs our program.
import { mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runProgram } from '@manycore/testing';
import ts from 'typescript';
import { afterAll, describe, expect, test } from 'vitest';
import { type CodeBlock, codeBlocks } from './documentation/code-block.js';
import { workspace } from './documentation/workspace.js';

// The app that has the other libraries, for its benchmarks.
const installed = join(workspace, 'apps', 'bench', 'node_modules');
const folder = mkdtempSync(join(tmpdir(), 'manycore-migration-'));
symlinkSync(installed, join(folder, 'node_modules'), 'junction');
afterAll(() => rmSync(folder, { recursive: true }));

/** Each library's declaration files, and the types in them whose members its users meet. */
const libraries = {
  piscina: { 'dist/index.d.ts': ['Options', 'RunOptions', 'CloseOptions', 'Piscina'] },
  workerpool: {
    'types/types.d.ts': ['WorkerPoolOptions', 'ExecOptions', 'WorkerRegisterOptions'],
    'types/Pool.d.ts': ['Pool'],
    'types/Promise.d.ts': ['Promise'],
  },
  tinypool: { 'dist/index.d.ts': ['Options', 'RunOptions', 'Tinypool'] },
};

describe.each(Object.entries(libraries))('from %s', (library, declarations) => {
  const page = readFileSync(join(workspace, 'docs', `from-${library}.md`), 'utf8');
  const blocks = codeBlocks(page);

  test('the program before prints what the program after prints', async () => {
    // The pages' files have the same names.
    const own = mkdtempSync(join(folder, `${library}-`));
    const files = blocks.filter(({ language, flags }) => language === 'js' && flags.length === 1);
    for (const { flags, code } of files) writeFileSync(join(own, flags[0] ?? ''), code);
    const { lines, stderr, exitCode } = await runProgram(join(own, 'main.mjs'));
    expect({ stderr, exitCode }).toEqual({ stderr: '', exitCode: 0 });
    expect(blocks.filter(({ language }) => language === 'text').map(linesOf)).toEqual([lines, lines]);
    expect(blocks.map(({ language }) => language)).toEqual(['js', 'js', 'text', 'ts', 'text']);
  });

  test('each option, method and property stands in the first column of a table', () => {
    const known = new Set(rowsOf(page).flatMap(([theirs]) => namesIn(theirs)));
    const names = Object.entries(declarations).flatMap(([file, types]) =>
      types.flatMap((type) => membersOf(join(realpathSync(join(installed, library)), file), type)),
    );
    // Should the declarations ever be read wrongly, this test would say nothing.
    expect(names.length).toBeGreaterThan(35);
    expect(names.filter((name) => !known.has(name))).toEqual([]);
  });

  test('each row says what there is here, or why there is nothing', () => {
    for (const [theirs, here] of rowsOf(page)) {
      expect(here, theirs).toMatch(/\S/);
      if (here.startsWith('not here')) expect(here, theirs).toMatch(/^not here, because \S/);
    }
  });
});

const linesOf = ({ code }: CodeBlock): string[] => code.trimEnd().split('\n');

const rowsOf = (markdown: string): (readonly [theirs: string, here: string])[] =>
  Array.from(markdown.matchAll(/^\| (.*?) \| (.*) \|$/gm), ([, theirs = '', here = '']) => [theirs, here] as const);

/** The words in code quotes. */
const namesIn = (text: string): string[] =>
  Array.from(text.matchAll(/`([^`]+)`/g), ([, code = '']) => code).flatMap((code) => code.match(/[\w.]+/g) ?? []);

/** The public members of every declaration of that name in the file: of a class, an interface, an object or a namespace. */
function membersOf(path: string, type: string): string[] {
  const source = ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.Latest);
  const members = source.statements.flatMap((statement): readonly ts.Node[] => {
    if (ts.isClassDeclaration(statement) || ts.isInterfaceDeclaration(statement)) {
      return statement.name?.text === type ? statement.members : [];
    }
    if (!ts.isTypeAliasDeclaration(statement) || statement.name.text !== type) return [];
    return ts.isTypeLiteralNode(statement.type) ? statement.type.members : [];
  });
  expect(members, `${type} in ${path}`).not.toEqual([]);
  return members.flatMap((member) => {
    const isPrivate =
      ts.canHaveModifiers(member) &&
      ts.getModifiers(member)?.some(({ kind }) => kind === ts.SyntaxKind.PrivateKeyword) === true;
    if (isPrivate || !(ts.isClassElement(member) || ts.isTypeElement(member)) || !member.name) return [];
    const name = ts.isComputedPropertyName(member.name) ? member.name.expression : member.name;
    // `Symbol.toStringTag` serves debuggers.
    if (ts.isPrivateIdentifier(name) || name.getText(source) === 'Symbol.toStringTag') return [];
    return [name.getText(source)];
  });
}

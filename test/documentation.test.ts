// What counts as a program in a document, and what as its output.
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { codeBlocks } from './documentation/code-block.js';
import { programsOf } from './documentation/documented-program.js';
import { tsdocExamples } from './documentation/tsdoc-examples.js';
import { workspace } from './documentation/workspace.js';

const path = join(workspace, 'docs', 'sample.md');
const markdown = (...lines: string[]): string => lines.join('\n');

test('a ts block is a program, the text block after it its output', () => {
  const text = markdown('# Title', '```ts', 'f();', '```', 'prints', '```text', 'a', 'b', '```');
  expect(programsOf(text, path)).toEqual([
    {
      place: 'docs/sample.md:2',
      code: 'f();\n',
      isRun: true,
      isCommonJs: false,
      expected: ['a', 'b'],
      inAnyOrder: false,
    },
  ]);
});

test('comments with an arrow are output too', () => {
  const text = markdown('```ts', 'log(1); // → one', 'log(2); // why', 'log(3); // → three', '```');
  expect(programsOf(text, path)[0]?.expected).toEqual(['one', 'three']);
});

test('saying it twice is an error', () => {
  const text = markdown('```ts', 'log(1); // → one', '```', '```text', 'one', '```');
  expect(() => programsOf(text, path)).toThrow('docs/sample.md:1: says what it prints twice');
});

test('flags: any-order of the output, no-run and commonjs of the program, nothing else', () => {
  const anyOrder = markdown('```ts', 'f();', '```', '```text any-order', 'a', '```');
  expect(programsOf(anyOrder, path)[0]?.inAnyOrder).toBe(true);
  expect(programsOf(markdown('```ts no-run', 'f();', '```'), path)[0]?.isRun).toBe(false);
  expect(programsOf(markdown('```ts commonjs', 'f();', '```'), path)[0]?.isCommonJs).toBe(true);
  expect(() => programsOf(markdown('```ts ignore', 'f();', '```'), path)).toThrow(
    'docs/sample.md:1: a ts block cannot be "ignore"',
  );
});

test('blocks of other languages are no programs, and part a program from later text', () => {
  const text = markdown('```ts', 'f();', '```', '```sh', 'ls', '```', '```text', 'a', '```');
  expect(programsOf(text, path)).toMatchObject([{ place: 'docs/sample.md:1' }]);
  expect(programsOf(text, path)[0]?.expected).toBeUndefined();
});

test('a longer fence holds shorter ones; an indented block loses its indentation', () => {
  const nested = markdown('````md', '```ts', '```', '````');
  expect(codeBlocks(nested)).toMatchObject([{ language: 'md', code: '```ts\n```\n' }]);
  const indented = markdown('- a', '  ```ts', '  if (x)', '    f();', '  ```');
  expect(codeBlocks(indented)).toMatchObject([{ code: 'if (x)\n  f();\n' }]);
});

test('a block that is never closed is an error', () => {
  expect(() => codeBlocks('text\n```ts\nf();')).toThrow('line 2: the code block is never closed');
});

test('@example: its ts blocks, at their lines in the source file', () => {
  const source = markdown(
    "import x from 'x';",
    '',
    '/**',
    ' * Doubles.',
    ' *',
    ' * @example',
    ' * ```ts',
    " * import { double } from 'x';",
    ' *',
    ' * @decorator',
    ' * log(double(2)); // → 4',
    ' * ```',
    ' * @throws never',
    ' * ```ts',
    ' * notAnExample();',
    ' * ```',
    ' */',
    'export function double() {}',
  );
  expect(tsdocExamples(source, join(workspace, 'packages/x/src/double.ts'))).toEqual([
    {
      place: 'packages/x/src/double.ts:7',
      code: "import { double } from 'x';\n\n@decorator\nlog(double(2)); // → 4\n",
      isRun: true,
      isCommonJs: false,
      expected: ['4'],
      inAnyOrder: false,
    },
  ]);
});

test('an @example without a ts block is an error', () => {
  const source = markdown('/**', ' * @example', ' * double(2);', ' */');
  expect(() => tsdocExamples(source, 'double.ts')).toThrow('double.ts:2: @example has no ts block');
});

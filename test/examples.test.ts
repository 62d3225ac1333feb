// Every program that a document shows is type-checked and run, and prints what the document says.
// How to write one: CONTRIBUTING.md, "Programs in documents".
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { publishedPackages } from '../scripts/published-packages.js';
import { allPrograms } from './documentation/all-programs.js';
import { commonJsOptions, Compilation } from './documentation/compilation.js';
import { expectOutput } from './documentation/expect-output.js';
import { workspace } from './documentation/workspace.js';

// Outside of the workspace, where a reader's program is as well.
const folder = mkdtempSync(join(tmpdir(), 'manycore-examples-'));
// What CONTRIBUTING.md's programs import besides.
const ownTools = ['@manycore/testing', 'vitest'].map(
  (name) => [name, join(workspace, 'node_modules', name)] as const,
);
const programs = allPrograms().map((program) => ({
  ...program,
  path: join(
    folder,
    `${program.place.replaceAll(/[^\w]+/g, '-')}.${program.isCommonJs ? 'cts' : 'ts'}`,
  ),
}));
let compilation: Compilation;
let commonJs: Compilation;

beforeAll(() => {
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
  const packages = publishedPackages().map(({ folder, manifest }) => [manifest.name, folder] as const);
  for (const [name, target] of [...packages, ...ownTools]) {
    const link = join(folder, 'node_modules', name);
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(target, link, 'junction');
  }
  for (const { path, code } of programs) writeFileSync(path, code);
  const paths = (isCommonJs: boolean): string[] =>
    programs.filter((program) => program.isCommonJs === isCommonJs).map(({ path }) => path);
  compilation = new Compilation(paths(false));
  commonJs = new Compilation(paths(true), commonJsOptions);
});

afterAll(() => rmSync(folder, { recursive: true }));

test.each(programs)('$place', async (program) => {
  const compiled = program.isCommonJs ? commonJs : compilation;
  expect(compiled.complaintsAbout(program.path)).toBe('');
  const javaScript = compiled.emit(program.path);
  if (program.isRun) await expectOutput(program, javaScript);
});

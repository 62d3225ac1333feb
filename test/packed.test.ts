// Every published package is packed and installed alone into an empty folder. There the first program
// of its README type-checks against the packed declarations, and prints what the README says.
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { packPackages, publishedPackages } from '../scripts/published-packages.js';
import { Compilation } from './documentation/compilation.js';
import { type DocumentedProgram, programsOf } from './documentation/documented-program.js';
import { expectOutput } from './documentation/expect-output.js';
import { installAlone } from './installation.js';

const root = mkdtempSync(join(tmpdir(), 'manycore-packed-'));
let tarballs: ReadonlyMap<string, string>;

beforeAll(async () => {
  tarballs = await packPackages(root);
});

afterAll(() => rmSync(root, { recursive: true }));

// A package whose sources still export nothing has nothing to show.
const packages = publishedPackages().filter(
  ({ folder }) => readFileSync(join(folder, 'src', 'index.ts'), 'utf8').trim() !== 'export {};',
);

describe.each(packages)('$manifest.name', (published) => {
  const { name } = published.manifest;
  const folder = join(root, name);
  const path = join(folder, 'program.ts');
  let program: DocumentedProgram;

  beforeAll(async () => {
    mkdirSync(folder, { recursive: true });
    await installAlone(published, tarballs, folder);
    // The packed one, which is what the registry shows.
    program = firstProgram(join(folder, 'node_modules', name, 'README.md'));
    writeFileSync(path, program.code);
  });

  test('the program in its README runs as TypeScript', async () => {
    await expectOutput(program, path);
  });

  test('it type-checks and runs as JavaScript', async () => {
    const compilation = new Compilation([path]);
    expect(compilation.complaintsAbout(path)).toBe('');
    expect(compilation.complaintsBelow(join(folder, 'node_modules'))).toBe('');
    await expectOutput(program, compilation.emit(path));
  });
});

function firstProgram(readme: string): DocumentedProgram {
  const [first] = existsSync(readme) ? programsOf(readFileSync(readme, 'utf8'), readme) : [];
  if (first?.expected === undefined) {
    throw new Error(`${readme}: the first ts block must be a program, with its output after it`);
  }
  return first;
}

import { expect, test } from 'vitest';
import { loadCatalogue } from '../src/catalogue/catalogue.js';
import { programText } from '../src/page/program-text.js';

const catalogue = await loadCatalogue(new URL('../dist/examples/', import.meta.url));

test.each(catalogue)('of $name the program is shown, without what is expected of it', ({ file }) => {
  const { path, code } = programText(file);
  expect(path).toMatch(/^apps\/demo\/src\/examples\/\d\d-[\w-]+\.ts$/);
  expect(code).toMatch(/^(?:async )?function main\(\)/m);
  expect(code).not.toMatch(/\.\.\/expectation|\.\.\/catalogue|expected:/);
  expect(code).toMatch(/\nif \(isMain\(import\.meta\)\) await runAsProgram\(example\);$/);
  // What it uses is imported, and nothing else.
  for (const [statement] of code.matchAll(/^import[^;]*;/gm)) {
    const names = (/\{([^}]*)\}/.exec(statement)?.[1] ?? '').match(/\w+/g) ?? [];
    const used = names.some((name) => code.split(new RegExp(String.raw`\b${name}\b`)).length > 2);
    expect(used, statement).toBe(true);
  }
});

test('the files that it uses beside it are named', () => {
  const race = catalogue.find(({ number }) => number === 23);
  expect(race && programText(race.file).uses).toEqual(['apps/demo/src/workload/shared-counter.ts']);
});

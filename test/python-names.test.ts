// docs/python.md accounts for every public name of the Python modules that it speaks of.
import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { workspace } from './documentation/workspace.js';

/** The public names of each module, and the public members of each that is a class. */
type Names = Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;

interface Section {
  readonly title: string;
  readonly rows: readonly (readonly [python: string, here: string])[];
}

const document = readFileSync(join(workspace, 'docs/python.md'), 'utf8');
const sections = document.split(/^## /m).slice(1).map(sectionOf);

function sectionOf(text: string): Section {
  const lines = text.split('\n');
  const rows = lines
    .map((line) => /^\| (.*?) ?\| (.*) \|$/.exec(line))
    .filter((cells) => cells !== null)
    .map(([, python = '', here = '']) => [python, here] as const)
    .filter(([python]) => python !== 'Python' && !/^-+$/.test(python));
  return { title: lines[0] ?? '', rows };
}

/** What stands in code quotes. */
const quoted = (text: string): string[] =>
  Array.from(text.matchAll(/`([^`]+)`/g), ([, code = '']) => code);

/** The names of Python's that the sections about a module account for, in their tables' first columns. */
function accountedFor(module: string): Set<string> {
  const about = sections.filter(({ title }) => quoted(title).includes(module));
  expect(about, `a section of docs/python.md whose heading names \`${module}\``).not.toEqual([]);
  const cells = about.flatMap(({ rows }) => rows.map(([python]) => python));
  return new Set(cells.flatMap(quoted).flatMap((code) => code.match(/\w+/g) ?? []));
}

const python = spawnSync('python3', ['--version']);
if (python.status !== 0) {
  console.log('python3 is not there: docs/python.md is not compared with its modules');
}

describe.skipIf(python.status !== 0)(`Python's own list of names`, () => {
  const script = fileURLToPath(new URL('fixtures/python-names.py', import.meta.url));
  const names = (): Names =>
    JSON.parse(execFileSync('python3', ['-W', 'ignore', script], { encoding: 'utf8' })) as Names;

  test('each name and member stands in the first column of its section', () => {
    const missing: string[] = [];
    let count = 0;
    for (const [module, members] of Object.entries(names())) {
      const known = accountedFor(module);
      for (const [name, own] of Object.entries(members)) {
        if (!known.has(name)) missing.push(`${module}.${name}`);
        missing.push(...own.filter((each) => !known.has(each)).map((each) => `${module}.${name}.${each}`));
        count += 1 + own.length;
      }
    }
    expect(missing).toEqual([]);
    // Should the script ever find nothing, this test would say nothing.
    expect(count).toBeGreaterThan(300);
  });
});

test('each row says what there is here, or why there is nothing', () => {
  expect(sections.flatMap(({ rows }) => rows).length).toBeGreaterThan(80);
  for (const { title, rows } of sections) {
    for (const [name, here] of rows) {
      expect(here.trim(), `${title}: ${name}`).not.toBe('');
      if (/left out/i.test(here)) expect(here, `${title}: ${name}`).toMatch(/^\*\*left out\*\*(?::| with) \S/);
    }
  }
});

import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Outcome, runProgram, scaled } from '@manycore/testing';
import { parseHTML } from 'linkedom';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Results } from '../src/harness/results.js';

const main = new URL('../dist/main.js', import.meta.url);
const root = fileURLToPath(new URL('../../../', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'manycore-bench-test-'));
const json = join(folder, 'results.json');
const page = join(folder, 'index.html');
const timeout = scaled(60_000);

afterAll(() => rmSync(folder, { recursive: true }));

/** Runs it; a process that it leaves behind fails the test. */
const bench = (...args: string[]): Promise<Outcome> =>
  runProgram(main, { args: ['--json', json, '--page', page, ...args], env: { NO_COLOR: '1' }, timeout });

const results = (): Results => JSON.parse(readFileSync(json, 'utf8')) as Results;

describe('npm run bench --', () => {
  test('--help names every option and every benchmark', async () => {
    const { exitCode, stdout } = await bench('--help');
    expect(exitCode).toBe(0);
    for (const word of ['--quick', '--rounds', '--against', '--document', 'start-cost', 'pool-threads']) {
      expect(stdout).toContain(word);
    }
  });

  test.each([
    [['nonsense'], 'No benchmark begins so'],
    [['--rounds', '0'], 'It is not a number of rounds'],
    [['--colour'], 'unknown option'],
    [['--against', folder], 'is no checkout of this project'],
    [['--document', 'docs/performance.md', '--quick'], 'runs nothing'],
  ])('%j is a wrong usage: exit code 2, and nothing runs', async (args, text) => {
    const { exitCode, stderr } = await bench(...args);
    expect(exitCode).toBe(2);
    expect(stderr).toContain(text);
    expect(existsSync(json)).toBe(false);
  });
});

describe('a run of one suite', () => {
  let outcome: Outcome;
  beforeAll(async () => {
    outcome = await bench('memory', '--quick', '--rounds', '1');
  }, timeout);

  test('prints a table for each comparison, with our rows marked', () => {
    expect(outcome.exitCode).toBe(0);
    expect(outcome.stdout).toMatch(/^memory-words: /m);
    expect(outcome.stdout).toMatch(/▸ word, processes, async/);
    // The progress bar is for terminals.
    expect(outcome.stderr).toBe('');
  });

  test('writes every figure, and the machine that they come from', () => {
    const { machine, quick, programs } = results();
    expect(machine).toMatchObject({ node: process.versions.node, platform: expect.any(String) as string });
    expect(quick).toBe(true);
    expect(programs.map(({ name }) => name)).toEqual(['memory-words', 'memory-wake']);
    const rows = programs.flatMap(({ comparisons }) => comparisons.flatMap((each) => each.rows));
    expect(rows.length).toBe(12);
    for (const { figures, median } of rows) expect(figures).toEqual([median]);
  });

  test('writes one page, with a chart for each comparison, that loads nothing and runs nothing', () => {
    const html = readFileSync(page, 'utf8');
    const { document } = parseHTML(html) as unknown as {
      readonly document: { querySelectorAll(selector: string): { readonly length: number } };
    };
    // One is wide, one narrow.
    expect(document.querySelectorAll('section.comparison svg').length).toBe(4);
    expect(document.querySelectorAll('tr.ours').length).toBe(8);
    expect(document.querySelectorAll('script, link[href^="http"], [src]').length).toBe(0);
    expect(html).not.toMatch(/url\(|NaN|undefined/);
  });

  test('--document rewrites the tables of what was run, and nothing else', async () => {
    const document = join(folder, 'performance.md');
    const marked = (name: string): string => `<!-- bench: ${name} -->\nold\n<!-- end of bench -->\n`;
    writeFileSync(document, `before\n${marked('memory-words')}between\n${marked('pool-map')}`);
    const { exitCode } = await bench('--document', document);
    expect(exitCode).toBe(0);
    const text = readFileSync(document, 'utf8');
    expect(text).toMatch(/^before\n<!-- bench: memory-words -->\n\n\*\*Acquire and release, uncontended\*\*/);
    expect(text).toContain('| **Value.lock, threads** |');
    expect(text).toMatch(/<!-- end of bench -->\nbetween\n<!-- bench: pool-map -->\nold\n<!-- end of bench -->\n$/);
  });
});

test(
  '--against measures our rows with the packages of another checkout too',
  async () => {
    const { exitCode, stdout } = await bench(
      ...['memory-words', '--quick', '--rounds', '2', '--no-page', '--against', root],
    );
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/of 4 rows are worse than 1.1 × those of /);
    const rows = results().programs[0]?.comparisons[0]?.rows ?? [];
    const held = rows.filter(({ against }) => against !== undefined);
    expect(held.map(({ role }) => role)).toEqual(['ours', 'ours', 'ours', 'ours']);
    for (const { against } of held) expect(against?.figures).toHaveLength(2);
  },
  timeout,
);

import { describe, expect, test } from 'vitest';
import { loadCatalogue } from '../src/catalogue/catalogue.js';
import { type Result, resultOf } from '../src/runner/result.js';
import { runExample } from '../src/runner/run-example.js';
import { judge } from '../src/runner/verdict.js';
import { exampleReport } from '../src/terminal/example-report.js';
import { styleFor } from '../src/terminal/style.js';

const catalogue = await loadCatalogue(new URL('fixtures/catalogue/', import.meta.url));

async function runFixture(number: number): Promise<Result> {
  const entry = catalogue.find((each) => each.number === number);
  if (!entry) throw new Error(`no fixture ${number}`);
  const timeLimit = number === 3 ? 1000 : 30_000;
  const outcome = await runExample(entry.file, { scale: 1, timeLimit });
  return resultOf(entry, [{ outcome, verdict: judge(entry.example, outcome, 1) }]);
}

const report = (result: Result): string => exampleReport(result, styleFor({ columns: 101 }));

describe('the runner', () => {
  test('passes an example that prints what it should, and hands its facts to the check', async () => {
    const run = await runFixture(1);
    expect(run.passed).toBe(true);
    expect(report(run)).toContain('✔ the fact arrived');
  });

  test('fails an example that prints something else, and shows where', async () => {
    const run = await runFixture(2);
    expect(run.passed).toBe(false);
    expect(report(run)).toMatch(/✔ one$/m);
    expect(report(run)).toMatch(/✘ Two +≠ two$/m);
    expect(report(run)).toMatch(/✘ three$/m);
  });

  test('kills an example that hangs, and shows what it had printed', async () => {
    const run = await runFixture(3);
    expect(run.passed).toBe(false);
    expect(run.shown.outcome.lines).toEqual(['begun']);
    expect(report(run)).toContain('✘ still running after 1 s: killed');
  });

  test('fails an example that throws, and shows the error', async () => {
    const run = await runFixture(4);
    expect(run.passed).toBe(false);
    expect(report(run)).toContain('✘ exit code 1');
    expect(report(run)).toContain('Error: out of order');
  });

  test('ends what an example leaves behind, and fails it', async () => {
    const run = await runFixture(5);
    expect(run.passed).toBe(false);
    expect(report(run)).toContain('✘ left processes behind');
  });

  test('fails an example of which a claim does not hold', async () => {
    const run = await runFixture(6);
    expect(run.passed).toBe(false);
    expect(report(run)).toContain('✘ one is two');
  });

  test('kills the example when aborted', async () => {
    const entry = catalogue.find((each) => each.number === 3);
    if (!entry) throw new Error('no fixture 3');
    const signal = AbortSignal.timeout(300);
    const outcome = await runExample(entry.file, { scale: 1, timeLimit: 30_000, signal });
    expect(outcome.signal).toBe('SIGKILL');
  });
});

test('a report without a terminal has no colours and fits into 100 columns', async () => {
  const text = report(await runFixture(2));
  expect(text).not.toContain('\u001b');
  expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThanOrEqual(100);
});

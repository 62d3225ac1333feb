import { describe, expect, test } from 'vitest';
import { type Entry, loadCatalogue } from '../src/catalogue/catalogue.js';
import { exampleReport } from '../src/report/example-report.js';
import { styleFor } from '../src/report/style.js';
import { type Outcome, runExample } from '../src/runner/run-example.js';
import { judge, type Verdict } from '../src/runner/verdict.js';

const catalogue = await loadCatalogue(new URL('fixtures/catalogue/', import.meta.url));

async function runFixture(
  number: number,
): Promise<{ entry: Entry; outcome: Outcome; verdict: Verdict }> {
  const entry = catalogue.find((each) => each.number === number);
  if (!entry) throw new Error(`no fixture ${number}`);
  const timeLimit = number === 3 ? 1000 : 30_000;
  const outcome = await runExample(entry.file, { scale: 1, timeLimit });
  return { entry, outcome, verdict: judge(entry.example, outcome, 1) };
}

const report = ({ entry, outcome, verdict }: Awaited<ReturnType<typeof runFixture>>): string =>
  exampleReport(entry, verdict, outcome.duration, styleFor({ columns: 100 }));

describe('the runner', () => {
  test('passes an example that prints what it should, and hands its facts to the check', async () => {
    const run = await runFixture(1);
    expect(run.verdict.passed).toBe(true);
    expect(report(run)).toContain('✔ the fact arrived');
  });

  test('fails an example that prints something else, and shows where', async () => {
    const run = await runFixture(2);
    expect(run.verdict.passed).toBe(false);
    expect(report(run)).toMatch(/│ two +│ Two ✘/);
    expect(report(run)).toMatch(/│ \(nothing\) +│ three ✘/);
  });

  test('kills an example that hangs, and shows what it had printed', async () => {
    const run = await runFixture(3);
    expect(run.verdict.passed).toBe(false);
    expect(run.outcome.lines).toEqual(['begun']);
    expect(report(run)).toContain('✘ still running after 1 s: killed');
  });

  test('fails an example that throws, and shows the error', async () => {
    const run = await runFixture(4);
    expect(run.verdict.passed).toBe(false);
    expect(report(run)).toContain('✘ exit code 1');
    expect(report(run)).toContain('Error: out of order');
  });

  test('ends what an example leaves behind, and fails it', async () => {
    const run = await runFixture(5);
    expect(run.verdict.passed).toBe(false);
    expect(report(run)).toContain('✘ left processes behind');
  });

  test('fails an example of which a claim does not hold', async () => {
    const run = await runFixture(6);
    expect(run.verdict.passed).toBe(false);
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

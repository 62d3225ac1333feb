// The whole demo, run once: every example, the page and the terminal show that one run.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { stripVTControlCharacters } from 'node:util';
import { findChromium, launch } from '@manycore/testing/browser';
import stringWidth from 'string-width';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadCatalogue } from '../src/catalogue/catalogue.js';
import { drawFigure } from '../src/figures/draw-figure.js';
import { exampleReport } from '../src/terminal/example-report.js';
import { styleFor } from '../src/terminal/style.js';
import { measure } from './page/measure.js';
import { run } from './program.js';
import { type Data, type ExampleData, resultFrom } from './results.js';

const repeat = Number(process.env['REPEAT'] ?? 1);
const catalogue = await loadCatalogue(new URL('../dist/examples/', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'manycore-demo-test-'));
const page = join(folder, 'page.html');
const minutes = 60_000;
let data: Data;
let exitCode: number;

beforeAll(async () => {
  const { code, stdout } = await run(['--json', '--repeat', String(repeat), '--report', page]);
  exitCode = code;
  data = JSON.parse(stdout) as Data;
}, (10 + repeat) * minutes);

afterAll(() => rmSync(folder, { recursive: true }));

function dataOf(number: number): ExampleData {
  const found = data.examples.find((each) => each.number === number);
  if (!found) throw new Error(`example ${number} was not run`);
  return found;
}

test('all examples ran, and the exit code says that all passed', () => {
  expect(data.examples.map(({ number }) => number)).toEqual(catalogue.map(({ number }) => number));
  expect({ exitCode, failed: data.failed, notRun: data.notRun }).toEqual({
    exitCode: 0,
    failed: 0,
    notRun: 0,
  });
  // Only what this machine cannot run.
  const cannot = catalogue.filter(({ example }) => example.whyNot?.() !== undefined);
  expect(data.skipped).toBe(cannot.length);
});

const runnable = catalogue.filter(({ example }) => example.whyNot?.() === undefined);

describe.each(runnable)('example $name', ({ ...entry }) => {
  test('prints what is expected', () => {
    const result = resultFrom(dataOf(entry.number), entry);
    expect(result.passed, exampleReport(result, styleFor({ columns: 101 }))).toBe(true);
    expect(result.attempts.length).toBe(repeat);
  });

  test('is drawn from what it recorded, and from nothing else', () => {
    const { recording } = resultFrom(dataOf(entry.number), entry).shown.outcome;
    const drawn = drawFigure(entry.example.figure, recording);
    expect(drawn.marks).toBeGreaterThan(0);
    const half = recording.filter((_, index) => index % 2 === 0);
    const drawnHalf = drawFigure(entry.example.figure, half);
    expect(drawnHalf.html).not.toBe(drawn.html);
    // A line is one mark, however many values it joins.
    expect(drawnHalf.marks).toBeLessThanOrEqual(drawn.marks);
    expect(drawFigure(entry.example.figure, [])).toMatchObject({ marks: 0 });
  });

  test.each([60, 80, 120, 200])('fits into %d columns', (columns) => {
    const style = styleFor({ isTTY: true, columns });
    const text = exampleReport(resultFrom(dataOf(entry.number), entry), style);
    const lines = stripVTControlCharacters(text).split('\n');
    expect(lines.filter((line) => stringWidth(line) >= columns)).toEqual([]);
  });
});

test('the numbers of numpy are met bit by bit', () => {
  const claims = [40, 41, 42].flatMap((number) => dataOf(number).runs[0]?.checks ?? []);
  expect(claims).toContainEqual({ text: "the first row is numpy's, bit by bit", holds: true });
  expect(claims).toContainEqual({
    text: 'p is bit-exact at the 1st, 50th and 100th width',
    holds: true,
  });
});

test('the page needs nothing from elsewhere', () => {
  const html = readFileSync(page, 'utf8');
  const addresses = [...html.matchAll(/(?:src|href)="([^"]*)"|url\(([^)]*)\)/g)];
  expect(addresses.length).toBeGreaterThan(100);
  expect(
    addresses.map(([, link = '', url = link]) => url).filter((url) => !/^(?:#|data:)/.test(url)),
  ).toEqual([]);
  expect(html).not.toMatch(/<script|@import/);
});

const chromium = findChromium();

describe.skipIf(chromium === undefined)('the page in a browser', () => {
  test.each([
    { width: 1280, colorScheme: 'light' },
    { width: 1280, colorScheme: 'dark' },
    { width: 390, colorScheme: 'light' },
    { width: 390, colorScheme: 'dark' },
  ] as const)('at $width pixels, $colorScheme', { timeout: 5 * minutes }, async (options) => {
    const { width, colorScheme } = options;
    const browser = await launch(chromium ?? '');
    try {
      const tab = await browser.newPage({ viewport: { width, height: 900 }, colorScheme });
      const messages: string[] = [];
      tab.on('console', (message) => messages.push(message.text()));
      tab.on('pageerror', (error) => messages.push(error.message));
      tab.on('requestfailed', (request) => messages.push(`failed: ${request.url()}`));
      await tab.goto(pathToFileURL(page).href);
      const { problems, figures } = await measure(tab);
      expect(messages).toEqual([]);
      expect(problems).toEqual([]);
      expect(figures.map(({ example }) => example)).toEqual(
        runnable.map(({ number }) => `example-${number}`),
      );
      expect(figures.filter(({ marks }) => marks === 0)).toEqual([]);
      expect(await tab.locator('.verdict.bad, .mark.bad').count()).toBe(0);
      expect(await tab.locator('.contents a').count()).toBe(catalogue.length + 7);
    } finally {
      await browser.close();
    }
  });
});

// What the demo says of examples that this machine cannot run: here those that need a Redis, with a PATH without one.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { findChromium, launch } from '@manycore/testing/browser';
import stringWidth from 'string-width';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadCatalogue } from '../src/catalogue/catalogue.js';
import { skipReport } from '../src/terminal/example-report.js';
import { styleFor } from '../src/terminal/style.js';
import { measure } from './page/measure.js';
import { type Ended, run } from './program.js';
import type { Data } from './results.js';

const reason = 'there is no redis-server on this machine (Debian: apt-get install redis-server)';
const folder = mkdtempSync(join(tmpdir(), 'manycore-demo-test-'));
const page = join(folder, 'page.html');
const env = { PATH: folder };
let ended: Ended;

beforeAll(async () => {
  ended = await run(['7', '64', '65', '--report', page], { env });
}, 120_000);

afterAll(() => rmSync(folder, { recursive: true }));

describe('examples that need a Redis, where there is none', () => {
  test('are named with the reason, and the exit code is 0', () => {
    const { code, stdout, stderr } = ended;
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^– 64 {2}The estimate/m);
    expect(stdout).toMatch(/^✔ 3 examples: 1 passed, 0 failed, 2 skipped in/m);
    const lines = stdout.replaceAll(/\n +/g, ' ');
    expect(lines).toContain(`skipped 64-parzen-cluster, 65-sum-square-cluster: ${reason}`);
  });

  test('are in the data with the reason', { timeout: 60_000 }, async () => {
    const { code, stdout } = await run(['65', '--json', '--no-report'], { env });
    const data = JSON.parse(stdout) as Data;
    expect({ code, ...data }).toMatchObject({ code: 0, passed: 0, failed: 0, skipped: 1, notRun: 0 });
    expect(data.examples).toMatchObject([{ number: 65, skipped: reason, runs: [] }]);
  });

  test('say it as programs of their own', { timeout: 60_000 }, async () => {
    const program = fileURLToPath(new URL('../dist/examples/64-parzen-cluster.js', import.meta.url));
    expect(await run([], { program, env })).toEqual({ code: 0, stdout: `skipped: ${reason}\n`, stderr: '' });
  });

  test.each([60, 80, 120, 200])('fit into %d columns', async (columns) => {
    const catalogue = await loadCatalogue(new URL('../dist/examples/', import.meta.url));
    for (const entry of catalogue.filter(({ number }) => number > 63)) {
      const lines = skipReport({ entry, reason }, styleFor({ columns })).split('\n');
      expect(lines.filter((line) => stringWidth(line) >= columns)).toEqual([]);
    }
  });

  const chromium = findChromium();

  test.skipIf(chromium === undefined).each([
    { width: 1280, colorScheme: 'light' },
    { width: 1280, colorScheme: 'dark' },
    { width: 390, colorScheme: 'light' },
    { width: 390, colorScheme: 'dark' },
  ] as const)('are on the page at $width pixels, $colorScheme', { timeout: 120_000 }, async (options) => {
    const { width, colorScheme } = options;
    expect(readFileSync(page, 'utf8')).not.toMatch(/<script|@import/);
    const browser = await launch(chromium ?? '');
    try {
      const tab = await browser.newPage({ viewport: { width, height: 900 }, colorScheme });
      const messages: string[] = [];
      tab.on('console', (message) => messages.push(message.text()));
      tab.on('pageerror', (error) => messages.push(error.message));
      await tab.goto(pathToFileURL(page).href);
      const { problems } = await measure(tab);
      expect({ messages, problems }).toEqual({ messages: [], problems: [] });
      expect(await tab.locator('article.skipped').count()).toBe(2);
      expect(await tab.locator('article.skipped .note').first().textContent()).toContain(reason);
      expect(await tab.locator('.summary').textContent()).toContain('1 passed, 2 skipped');
    } finally {
      await browser.close();
    }
  });
});

// The site that `npm run docs` writes: it is complete, leads nowhere else, and can be read and searched in a browser.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findChromium, launch } from '@manycore/testing/browser';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type CommandResult, runTool } from '../scripts/command.js';
import { replaceLinks } from '../scripts/docs/markdown.js';
import { linkOnSite } from '../scripts/docs/pages.js';
import { reexportsOf } from '../scripts/exported-names.js';
import { publishedPackages } from '../scripts/published-packages.js';
import { pageProblems } from './docs-site/page-problems.js';
import { checkSiteLinks } from './docs-site/site-links.js';
import { serveFolder, type StaticServer } from './docs-site/static-server.js';

const minutes = 60_000;
const folder = mkdtempSync(join(tmpdir(), 'manycore-docs-site-'));
let built: CommandResult;
let server: StaticServer;

beforeAll(async () => {
  built = await runTool('tsx', ['scripts/docs.ts', folder]);
  server = await serveFolder(folder);
}, 5 * minutes);

afterAll(async () => {
  await server.close();
  rmSync(folder, { recursive: true });
});

test('it is built without a warning', () => {
  expect(built.output).toMatch(/^✓ file:\S+\/index\.html\n$/);
  expect(built.exitCode).toBe(0);
});

/** Re-exported from Node: described there. */
const nodesOwn = new Set(['ResourceLimits']);

test.each(publishedPackages())('it has what $manifest.name exports, and its README', (each) => {
  const name = each.manifest.name;
  const page = readFileSync(join(folder, 'modules', `${name.replaceAll(/[@/]/g, '_')}.html`), 'utf8');
  const text = page.replaceAll('<wbr/>', '');
  const statements = reexportsOf(join(each.folder, 'src', 'index.ts'));
  const names = statements.flatMap((statement) => ('names' in statement ? statement.names : []));
  expect(names.length).toBeGreaterThan(0);
  expect(names.filter((exported) => !nodesOwn.has(exported) && !text.includes(`>${exported}<`))).toEqual([]);
  const [heading = ''] = /(?<=^## ).*/m.exec(readFileSync(join(each.folder, 'README.md'), 'utf8')) ?? [];
  expect(text).toContain(`>${heading.replaceAll('`', '')}<`);
});

test('every link to a file of the site leads to one, and to an anchor that it has', () => {
  const { count, broken } = checkSiteLinks(folder);
  expect(broken).toEqual([]);
  expect(count).toBeGreaterThan(1000);
});

test('links between pages stay on the site, and links to other files lead to GitHub', () => {
  const pages = new Set(['README.md', 'docs/pools.md', 'packages/pool/README.md']);
  const github = 'https://github.com/manycore/manycore';
  expect(linkOnSite('packages/pool', 'README.md', pages)).toBe('packages/pool/README.md');
  expect(linkOnSite('../packages/pool/#workers', 'docs/pools.md', pages)).toBe(
    '../packages/pool/README.md#workers',
  );
  expect(linkOnSite(`${github}/blob/main/docs/pools.md#a`, 'packages/pool/README.md', pages)).toBe(
    '../../docs/pools.md#a',
  );
  expect(linkOnSite('../apps/demo', 'docs/pools.md', pages)).toBe(`${github}/tree/main/apps/demo`);
  expect(linkOnSite('LICENSE', 'README.md', pages)).toBe(`${github}/blob/main/LICENSE`);
  expect(linkOnSite('#workers', 'docs/pools.md', pages)).toBe('#workers');
  expect(linkOnSite('https://koffi.dev', 'docs/pools.md', pages)).toBe('https://koffi.dev');
  expect(() => linkOnSite('no-such-file.md', 'docs/pools.md', pages)).toThrow(
    'docs/pools.md: the link no-such-file.md leads to no file',
  );
});

test('what looks like a link in code is left alone', () => {
  const code = ['```ts', 'a[0](b);', '```', '`c[1](d)`'].join('\n');
  const text = `${code}\n[\`e\`](f "title") [g](h)\n[i]: j\n`;
  expect(replaceLinks(text, (link) => link.toUpperCase())).toBe(
    `${code}\n[\`e\`](F "title") [g](H)\n[i]: J\n`,
  );
});

const chromium = findChromium();

/** A page of each kind, and those with the longest names, the widest tables and the widest programs. */
const pages = [
  '',
  'classes/_manycore_pool.ThreadPool.html',
  'functions/_manycore_core.isMain.html',
  'interfaces/_manycore_pool.CallForms.html',
  'classes/_manycore_queue.SharedMemoryBusyError.html',
  'modules/manycore.html',
  'documents/From_workerpool.html',
  'documents/Performance.html',
];

describe.skipIf(chromium === undefined)('the site in a browser', () => {
  test.each([1280, 390])('at %d pixels, light and dark', { timeout: 5 * minutes }, async (width) => {
    const browser = await launch(chromium ?? '');
    try {
      const tab = await browser.newPage({ viewport: { width, height: 900 } });
      const messages: string[] = [];
      tab.on('console', (message) => messages.push(message.text()));
      tab.on('pageerror', (error) => messages.push(error.message));
      tab.on('request', (request) => {
        if (!request.url().startsWith(`${server.origin}/`)) messages.push(`elsewhere: ${request.url()}`);
      });
      for (const page of pages) {
        await tab.goto(`${server.origin}/${page}`);
        await tab.locator('.col-content').waitFor();
        // What is measured is not a color on its way to the other.
        await tab.addStyleTag({ content: '* { transition: none !important; }' });
        for (const colorScheme of ['light', 'dark'] as const) {
          await tab.emulateMedia({ colorScheme });
          const problems = await tab.evaluate<readonly string[]>(pageProblems);
          expect(problems, `${page}, ${colorScheme}`).toEqual([]);
        }
      }

      await tab.goto(server.origin);
      await tab.locator('#tsd-search-trigger').click();
      await tab.locator('#tsd-search-input').fill('ThreadPool');
      const first = tab.locator('#tsd-search-results a').first();
      expect(await first.innerText()).toBe('@manycore/pool.ThreadPool');
      await first.click();
      await tab.locator('h1', { hasText: 'Class ThreadPool' }).waitFor();
      expect(messages).toEqual([]);
    } finally {
      await browser.close();
    }
  });
});

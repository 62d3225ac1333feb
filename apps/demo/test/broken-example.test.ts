// A copy of the demo in which one example is broken on purpose.
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { run } from './program.js';
import type { Data } from './results.js';

const demo = fileURLToPath(new URL('..', import.meta.url));
mkdirSync(join(demo, '.cache'), { recursive: true });
// Inside the demo's folder, where its packages are found.
const copy = mkdtempSync(join(demo, '.cache', 'broken-'));
afterAll(() => rmSync(copy, { recursive: true }));

function breakExample(name: string, wrong: readonly [was: string, is: string]): void {
  const file = join(copy, 'dist', 'examples', `${name}.js`);
  const text = readFileSync(file, 'utf8');
  expect(text).toContain(wrong[0]);
  writeFileSync(file, text.replace(wrong[0], wrong[1]));
}

test('a wrong output makes a cross on the terminal and on the page, and exit code 1', async () => {
  for (const folder of ['dist', 'src']) {
    cpSync(join(demo, folder), join(copy, folder), { recursive: true });
  }
  breakExample('02-square-cube-processes', ['Square: ${', 'Sqare: ${']);
  const program = join(copy, 'dist', 'main.js');
  const page = join(copy, 'page.html');

  const { code, stdout } = await run(['1', '2', '--report', page], { program });
  expect(code).toBe(1);
  expect(stdout).toMatch(/^✔ {2}1 {2}CPU count/m);
  expect(stdout).toMatch(/^✘ {2}2 {2}Square and cube/m);
  expect(stdout).toMatch(/✘ Sqare: 100 +≠ Square: 100$/m);
  expect(stdout).toMatch(/^✘ 2 examples: 1 passed, 1 failed \(02-square-cube-processes\)/m);

  const html = readFileSync(page, 'utf8');
  const article = html.slice(html.indexOf('<article id="example-2">'));
  expect(article).toMatch(/class="verdict bad"[^>]*>✘/);
  expect(article).toContain('<code>Sqare: 100</code>');
  expect(article).toContain('≠ Square: 100');
  expect(html).toContain('<b>1 failed</b>');

  const json = await run(['2', '--json', '--no-report'], { program });
  expect(json.code).toBe(1);
  expect(JSON.parse(json.stdout) as Data).toMatchObject({ passed: 0, failed: 1 });
});

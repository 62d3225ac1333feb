// Gate: the public surface of each package is the one in api/, and mentions only what users can name.
// `npm run api` (this with --update) writes the reports anew: commit them with the change.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { apiReport } from '../api-report.js';
import { root } from '../command.js';
import { publishedPackages } from '../published-packages.js';

const committed = join(root, 'api');
const made = join(root, '.cache', 'api');
const updates = process.argv.includes('--update');

const reports = publishedPackages().map(({ folder }) => apiReport(folder, made));
const files = new Set(reports.map(({ file }) => file));
mkdirSync(committed, { recursive: true });

for (const { file, text, complaints } of reports) {
  for (const complaint of complaints) fail(`api/${file}: ${complaint}`);
  if (updates) writeFileSync(join(committed, file), text);
}
for (const file of readdirSync(committed)) {
  if (files.has(file)) continue;
  if (updates) rmSync(join(committed, file));
  else fail(`api/${file} is of no package`);
}
if (!updates) compare();

/** Both folders' reports, as git shows changes. */
function compare(): void {
  for (const file of files) {
    const { status, stdout, stderr } = spawnSync(
      'git',
      ['diff', '--no-index', '--unified=2', '--no-prefix', join('api', file), join('.cache/api', file)],
      { cwd: root, encoding: 'utf8' },
    );
    if (status === 0) continue;
    fail(`${stdout}${stderr}`.trimEnd());
    fail(`the public surface changed: if that is meant, run \`npm run api\` and commit api/${file}\n`);
  }
}

function fail(text: string): void {
  console.error(text);
  process.exitCode = 1;
}

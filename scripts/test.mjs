// @ts-check
// `npm test`: installs, builds, then runs the tests, and beside them the gates (scripts/check.ts): tests wait much,
// for processes and timers. Arguments go to vitest. What the gates say comes after the tests. Whatever happens, the
// last line is `N passed, N failed, N skipped`.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build, collect, setup, show } from './stages.mjs';

const folder = mkdtempSync(join(tmpdir(), 'manycore-test-'));
const summaryFile = join(folder, 'summary.json');
const count = { passed: 0, failed: 0, skipped: 0 };

try {
  if (setup() && build()) {
    const gates = collect('tsx', ['scripts/check.ts', '--one-at-a-time']);
    const code = await show('vitest', ['run', ...process.argv.slice(2)], { SUMMARY_FILE: summaryFile });
    Object.assign(count, readSummary());
    if (code !== 0 && count.failed === 0) {
      console.error(`✗ vitest ended with exit code ${code} although no test failed`);
      count.failed = 1;
    }
    const { exitCode, output } = await gates;
    console.error(output.trimEnd());
    if (exitCode !== 0) count.failed += 1;
  } else {
    console.error('✗ stopped before the tests');
    count.failed = 1;
  }
} finally {
  rmSync(folder, { recursive: true });
}

process.exitCode = count.failed === 0 ? 0 : 1;
console.log(`${count.passed} passed, ${count.failed} failed, ${count.skipped} skipped`);

/** What scripts/summary-reporter.ts counted; nothing if vitest ended before it could. */
function readSummary() {
  try {
    return JSON.parse(readFileSync(summaryFile, 'utf8'));
  } catch {
    return { failed: 1 };
  }
}

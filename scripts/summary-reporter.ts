import { writeFileSync } from 'node:fs';
import type { Reporter, TestModule } from 'vitest/node';

/**
 * Counts the tests for a reader of the last line: prints `N passed, N failed, N skipped` at
 * the very end, or leaves that to scripts/test.mjs and writes the counts to `SUMMARY_FILE`.
 */
export default class SummaryReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly unknown[]): void {
    const count = { passed: 0, failed: unhandledErrors.length, skipped: 0 };
    for (const module of modules) {
      let failed = 0;
      for (const test of module.children.allTests()) {
        const { state } = test.result();
        if (state === 'passed') count.passed += 1;
        else if (state === 'failed') failed += 1;
        else count.skipped += 1;
      }
      // A hook that throws fails its suite, and what does not load its file, without a failed test.
      for (const suite of module.children.allSuites()) if (suite.errors().length > 0) failed += 1;
      if (module.errors().length > 0) failed += 1;
      count.failed += failed === 0 && !module.ok() ? 1 : failed;
    }
    const file = process.env['SUMMARY_FILE'];
    if (file !== undefined) {
      writeFileSync(file, JSON.stringify(count));
      return;
    }
    const line = `${count.passed} passed, ${count.failed} failed, ${count.skipped} skipped`;
    // After the default reporter's own summary.
    process.on('exit', () => {
      process.stdout.write(`${line}\n`);
    });
  }
}

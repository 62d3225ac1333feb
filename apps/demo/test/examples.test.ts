import { describe, expect, test } from 'vitest';
import { loadCatalogue } from '../src/catalogue/catalogue.js';
import { exampleReport } from '../src/report/example-report.js';
import { styleFor } from '../src/report/style.js';
import { runExample } from '../src/runner/run-example.js';
import { timeLimitOf } from '../src/runner/time-limit.js';
import { judge } from '../src/runner/verdict.js';
import { defaultScale } from '../src/time/scale.js';

const repeat = Number(process.env['REPEAT'] ?? 1);
const catalogue = await loadCatalogue(new URL('../dist/examples/', import.meta.url));

describe.each(catalogue)('example $name', ({ ...entry }) => {
  const timeLimit = timeLimitOf(entry.example, defaultScale);
  // The runner ends an example that hangs, and all that it started; the test only must not end before.
  const timeout = timeLimit + 60_000;
  test('prints what is expected', { timeout: timeout * repeat }, async () => {
    for (let round = 1; round <= repeat; round += 1) {
      const outcome = await runExample(entry.file, { scale: defaultScale, timeLimit });
      const verdict = judge(entry.example, outcome, defaultScale);
      const report = exampleReport(entry, verdict, outcome.duration, styleFor({ columns: 100 }));
      expect(verdict.passed, `round ${round}\n${report}`).toBe(true);
    }
  });
});

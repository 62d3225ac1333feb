// Where no Redis can be had, the tests of this package say so and are skipped.
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const root = fileURLToPath(new URL('../../../', import.meta.url));

test('without a redis-server the tests are skipped, and say why', { timeout: 180_000 }, async () => {
  const empty = mkdtempSync(join(tmpdir(), 'manycore-no-path-'));
  try {
    const { stdout } = await promisify(execFile)(
      process.execPath,
      [join(root, 'node_modules/vitest/vitest.mjs'), 'run', 'packages/cluster/test/cluster.test.ts'],
      {
        cwd: root,
        // The counts of this run are not those of the one that it belongs to.
        env: { ...process.env, SUMMARY_FILE: undefined, PATH: empty },
      },
    );
    expect(stdout).toContain('skipped: there is no redis-server on this machine (Debian: apt-get install redis-server)');
    expect(stdout).toMatch(/^0 passed, 0 failed, 4 skipped$/m);
  } finally {
    rmSync(empty, { recursive: true });
  }
});

import { defineConfig } from 'vitest/config';
import SlowestFirst from './test/slowest-first.js';

/** Tests that run `REPEAT` rounds instead of a few may take as much longer, and so may models that look deep. */
const patience = Math.max(process.env['DEEP'] ? 20 : 1, Number(process.env['REPEAT'] ?? 1) / 10);

export default defineConfig({
  test: {
    include: [
      'packages/*/test/**/*.test.ts',
      // The model of a protocol stands beside its code and its README.
      'packages/*/src/**/*.model.test.ts',
      'apps/*/test/**/*.test.ts',
      'test/**/*.test.ts',
    ],
    // Minutes of random kills: `npm run killer` in its folder sets the variable, and so does the nightly run.
    exclude: ['**/node_modules/**', ...(process.env['KILLER_TASKS'] ? [] : ['packages/cluster/test/killer.test.ts'])],
    // A process of its own for each file: the leak checks count descriptors, threads and children.
    pool: 'forks',
    maxWorkers: 2,
    sequence: { sequencer: SlowestFirst },
    testTimeout: 60_000 * patience,
    hookTimeout: 60_000,
    // Without what only Linux has: `npm run test-on -- portable`.
    ...(process.env['PORTABLE'] ? { runner: './test/portable-runner.ts' } : {}),
    setupFiles: ['./test/every-file.setup.ts'],
    reporters: ['default', './scripts/summary-reporter.ts'],
    server: {
      // The built packages are loaded as users load them, not through Vite's transforms.
      deps: { external: [/\/packages\/[^/]+\/dist\//] },
    },
    typecheck: { enabled: false },
  },
});

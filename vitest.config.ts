import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['packages/*/test/**/*.test.ts', 'apps/*/test/**/*.test.ts', 'test/**/*.test.ts'],
    // A process of its own for each file: the leak checks count descriptors, threads and children.
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 60_000,
    reporters: ['default', './scripts/summary-reporter.ts'],
    server: {
      // The built packages are loaded as users load them, not through Vite's transforms.
      deps: { external: [/\/packages\/[^/]+\/dist\//] },
    },
    typecheck: { enabled: false },
  },
});

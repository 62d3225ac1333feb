import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

/** `npm run test-bundlers`: the bundlers and modes that `npm test` has no time for. */
export default defineConfig({
  root: fileURLToPath(new URL('../../../..', import.meta.url)),
  test: {
    include: ['apps/bundlers/test/matrix/{modes,next}.ts'],
    pool: 'forks',
    maxWorkers: 1,
    testTimeout: 300_000,
    hookTimeout: 300_000,
    server: { deps: { external: [/\/packages\/[^/]+\/dist\//] } },
  },
});

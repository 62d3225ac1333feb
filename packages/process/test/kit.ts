import type { WorkerKit } from '@manycore/testing/contracts';
import { Process } from '@manycore/process';

export const processKit: WorkerKit = {
  kind: 'process',
  module: new URL('../dist/index.js', import.meta.url).href,
  className: 'Process',
  fixtures: new URL('fixtures/', import.meta.url),
  targets: new URL('../../core/test/fixtures/targets/', import.meta.url),
  // What fails says so on the standard error stream: not among the tests' own output.
  create: (options) =>
    new Process({ ...options, stdio: ['inherit', 'inherit', 'ignore'] } as never) as never,
};

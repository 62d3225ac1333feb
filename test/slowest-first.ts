import { BaseSequencer, type TestSpecification } from 'vitest/node';

/**
 * The files that take longest, minutes some of them: begun last, one of them would run alone while the other workers
 * have nothing left to do. On a fresh clone vitest knows no times, and goes by sizes.
 */
const slowest = [
  'test/release/release',
  'apps/demo/test/',
  'test/documentation',
  'test/examples',
  'test/docs-site',
  'apps/test-runners/test/',
  'apps/bundlers/test/',
  'apps/soak/test/',
  'apps/bench/test/',
  'packages/cluster/test/',
  'packages/process/test/contract',
  'packages/thread/test/contract',
  'packages/pool/test/chaos',
  'packages/process/test/lies',
  'packages/pool/test/',
];

export default class SlowestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    // Sorting is stable: among equals, vitest's own order holds.
    return sorted.sort((a, b) => rankOf(a) - rankOf(b));
  }
}

function rankOf({ moduleId }: TestSpecification): number {
  const rank = slowest.findIndex((part) => moduleId.includes(`/${part}`));
  return rank === -1 ? slowest.length : rank;
}

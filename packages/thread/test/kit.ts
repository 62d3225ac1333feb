import type { WorkerKit } from '@manycore/testing/contracts';
import { Thread } from '@manycore/thread';

export const threadKit: WorkerKit = {
  kind: 'thread',
  module: new URL('../dist/index.js', import.meta.url).href,
  className: 'Thread',
  fixtures: new URL('fixtures/', import.meta.url),
  targets: new URL('../../core/test/fixtures/targets/', import.meta.url),
  create: (options) => new Thread(options as never) as never,
};

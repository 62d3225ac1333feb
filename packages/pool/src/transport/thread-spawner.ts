import { checkWorkerThreadOptions, spawnThread } from '@manycore/thread/internal';
import type { WorkerKind } from './worker-kind.js';
import type { Spawner } from './spawners.js';

export const threadSpawner: Spawner<Extract<WorkerKind, { kind: 'thread' }>> = {
  check: checkWorkerThreadOptions,
  spawn: spawnThread,
};

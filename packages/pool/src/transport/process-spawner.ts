import { checkSystemOptions, spawnProcess } from '@manycore/process/internal';
import type { WorkerKind } from './worker-kind.js';
import type { Spawner } from './spawners.js';

export const processSpawner: Spawner<Extract<WorkerKind, { kind: 'process' }>> = {
  check: checkSystemOptions,
  spawn: spawnProcess,
};

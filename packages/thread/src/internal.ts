/**
 * What manycore's own packages need of this one, beside its public surface. Not supported for others:
 * it may change in any release.
 */
export { spawnThread, type SpawnThreadOptions } from './spawn-thread.js';
export { checkWorkerThreadOptions } from './worker-thread-options.js';

/**
 * What manycore's own packages need of this one, beside its public surface. Not supported for others:
 * it may change in any release.
 */
export { checkSystemOptions } from './process-options.js';
export { spawnProcess, type SpawnProcessOptions } from './spawn-process.js';
export { processorCount } from './platform/processor-count.js';

/**
 * What manycore's own packages need of this one, beside its public surface. Not supported for others:
 * it may change in any release.
 */
// What is public as well: this file holds all of the package's code (see the build).
export * from './index.js';
export { checkSystemOptions } from './process-options.js';
export { spawnProcess, type SpawnProcessOptions } from './spawn-process.js';
export { processorCount } from './platform/processor-count.js';

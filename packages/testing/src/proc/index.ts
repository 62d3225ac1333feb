// `@manycore/testing/processes`: what a program outside of the test runner can use as well.
export { describeProcesses } from './describe.js';
export { deriveLineage, lineageVariable, listLineage } from './lineage.js';
export { listThreads, type ProcessEntry, type ThreadEntry } from './process-table.js';

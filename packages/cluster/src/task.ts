// What modules with tasks import: light, because every worker of a host loads it.
export { isMain, task, tasks } from '@manycore/core';
export { currentTask } from '@manycore/pool';
export { reportProgress } from './worker/reports.js';

export {
  BootstrapError,
  isMain,
  ManycoreError,
  move,
  NotCloneableError,
  TargetNotFoundError,
  task,
  tasks,
  TimeoutError,
  WorkerDiedError,
} from '@manycore/core';
export { activeChildren } from './active-children.js';
export { cpuCount, currentProcess, parentProcess, type ProcessInfo } from './current-process.js';
export { Process } from './process.js';
export type { ProcessOptions, SystemOptions } from './process-options.js';

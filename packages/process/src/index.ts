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
export { cpuCount, currentProcess, parentProcess, type ProcessInfo } from './current-process.js';
export { activeChildren, Process } from './process.js';
export type { ProcessOptions, SystemOptions } from './process-options.js';

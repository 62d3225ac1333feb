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
export { activeThreads, currentThread, mainThread, type ThreadInfo } from './current-thread.js';
export type { ResourceLimits } from './platform/node.js';
export { Timer, type TimerArguments, type TimerOptions } from './timer.js';
export { Thread, type ThreadOptions } from './thread.js';
export type { ThreadState } from './thread-registry.js';
export type { WorkerThreadOptions } from './worker-thread-options.js';

export type { ArgsOption, BaseWorker, BaseWorkerOptions } from './base-worker.js';
export type { Transferable } from './endpoint/endpoint.js';
export {
  BootstrapError,
  type ExitStatus,
  ManycoreError,
  NotCloneableError,
  ProtocolError,
  registerError,
  TargetNotFoundError,
  TimeoutError,
  WorkerDiedError,
} from './errors.js';
export { move } from './message/move.js';
export { isMain } from './platform/modules.js';
export { refer } from './target/refer.js';
export type { AnyFunction, FunctionRef, NamedTarget, Target } from './target/target.js';
export { task, tasks } from './target/task.js';
export type { SyncWaitOptions, WaitOptions } from './waiting.js';

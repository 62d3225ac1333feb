export {
  BootstrapError,
  isMain,
  ManycoreError,
  move,
  NotCloneableError,
  TargetNotFoundError,
  task,
  TimeoutError,
  WorkerDiedError,
} from '@manycore/core';
export { asCompleted, type Completed } from './calls/as-completed.js';
export { AsyncResult } from './calls/async-result.js';
export { Future } from './calls/future.js';
export type { ResultIterator } from './calls/result-iterator.js';
export { wait, type Waited, type WaitForOptions } from './calls/wait.js';
export { BrokenPoolError } from './errors/broken-pool-error.js';
export { CallbackError } from './errors/callback-error.js';
export { CancelledError } from './errors/cancelled-error.js';
export { InvalidStateError } from './errors/invalid-state-error.js';
export { PoolClosedError } from './errors/pool-closed-error.js';
export { PoolFullError } from './errors/pool-full-error.js';
export { PoolTerminatedError } from './errors/pool-terminated-error.js';
export type {
  CallbackOptions,
  CallOptions,
  MapOptions,
  Progress,
  StreamOptions,
  SyncCallOptions,
  SyncMapOptions,
} from './options/call-options.js';
export type { TimeSummary } from './monitor/histogram.js';
export type { PoolStats } from './monitor/pool-stats.js';
export type { TaskTrace } from './monitor/task-trace.js';
export { type Trace, traceTo } from './monitor/trace-to.js';
export type { PoolCloseOptions, PoolOptions } from './options/pool-options.js';
export type { Pool } from './pool.js';
export { ProcessPool, type ProcessPoolOptions } from './process-pool.js';
export { ThreadPool, type ThreadPoolOptions } from './thread-pool.js';
export { type CurrentTask, currentTask } from './worker/current-task.js';
// What the signatures above are made of.
export type { PlainStreamOptions, SettlingOptions } from './options/call-options.js';
export type { InitArguments, PoolBasics as BasePoolOptions } from './options/pool-options.js';
export type {
  AnyIterable,
  ApplyArguments,
  Arguments as ArgumentsOf,
  Item as ItemOf,
  ItemFunction,
  Result as ResultOf,
} from './types.js';

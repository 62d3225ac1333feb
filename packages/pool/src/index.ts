import { serve as serveHost } from './blocking/host.js';
import { registerServers } from './transport/spawners.js';
import { serve as serveWorker } from './worker/pool-worker.js';

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
export { AsyncResult } from './calls/async-result.js';
export { Future } from './calls/future.js';
export type { ResultIterator } from './calls/result-iterator.js';
export { asCompleted, type Completed, wait, type Waited, type WaitForOptions } from './calls/wait.js';
export {
  BrokenPoolError,
  CallbackError,
  CancelledError,
  InvalidStateError,
  PoolClosedError,
  PoolFullError,
  PoolTerminatedError,
} from './errors.js';
export type {
  CallbackOptions,
  CallOptions,
  MapOptions,
  Progress,
  StreamOptions,
  SyncCallOptions,
  SyncMapOptions,
} from './options/call-options.js';
export type { PoolCloseOptions, PoolOptions, ReadyOptions } from './options/pool-options.js';
export type { CallForms } from './calls/call-forms.js';
export type { Pool } from './pool.js';
export { ProcessPool, type ProcessPoolOptions } from './process-pool.js';
export type { TimeSummary } from './stats/histogram.js';
export type { PoolStats } from './stats/pool-stats.js';
export type { TaskTrace } from './stats/task-trace.js';
export type { WorkerTrace } from './stats/worker-trace.js';
export { type Trace, traceTo } from './stats/trace-to.js';
export type { TaskPool } from './task-pool.js';
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

registerServers(() => new Error().stack, {
  'manycore-pool-worker': serveWorker,
  'manycore-pool-host': serveHost,
});

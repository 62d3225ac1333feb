/**
 * What manycore's own packages need of this one, beside its public surface. Not supported for others:
 * it may change in any release.
 */
export type { CallForms } from './calls/call-forms.js';
export { makeCallForms } from './calls/make-call-forms.js';
export { callback } from './calls/callback.js';
export { cancellation, describeError } from './errors.js';
export { Backpressure } from './executor/backpressure.js';
export type { CallExecutor, CallPayload, OpenCall, PoolTask } from './executor/call.js';
export { taskError } from './executor/task-error.js';
export { DeadlineTimer, KeepAlive } from './executor/timers.js';
export {
  countOrInfinity,
  milliseconds,
  optionalBoolean,
  optionalFunction,
  optionsOf,
  wholeNumber,
} from './options/checks.js';
export { isTraced, traceSettlement, traceSubmission } from './platform/diagnostics.js';
export { refuseToCross } from './pool-handle.js';
export { Task, type TaskOptions, type TaskResult } from './scheduler/records.js';
export { TaskCounts } from './stats/pool-stats.js';
export type { TaskTrace } from './stats/task-trace.js';
export type { Shape } from './transport/transport.js';
export { setCurrentTask } from './worker/current-task.js';

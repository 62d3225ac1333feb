export type { Destination, Endpoint, Transferable, WorkerEndpoint } from './endpoint/endpoint.js';
export { BootstrapError } from './errors/bootstrap-error.js';
export { ManycoreError, nameProperty } from './errors/manycore-error.js';
export { NotCloneableError } from './errors/not-cloneable-error.js';
export { TargetNotFoundError } from './errors/target-not-found-error.js';
export { TimeoutError } from './errors/timeout-error.js';
export { type Departure, WorkerDiedError } from './errors/worker-died-error.js';
export { findHandleType, type HandleType, handleTypeOf, registerHandle } from './message/handle.js';
export { type SyncWaitOptions, timeoutOf, type WaitOptions, withinWait } from './wait-options.js';

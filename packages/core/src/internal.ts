/**
 * What manycore's own packages need of this one, beside its public surface. Not supported for others:
 * it may change in any release.
 */
// What is public as well: this file holds all of the package's code (see the build).
export * from './index.js';
export { checkEnvironment, checkNice, checkWords } from './base-worker.js';
export { assertNotBootstrapping, markStartsWorkers, outsideBootstrap } from './bootstrap-guard.js';
export { type Caller, connect, type OutgoingCall } from './endpoint/connect.js';
export type { Destination, Endpoint, WorkerEndpoint } from './endpoint/endpoint.js';
export { createMemoryChannel } from './endpoint/memory-endpoint.js';
export type { Call } from './endpoint/protocol.js';
export { type Outcome, refuseCall, serve, serveOne } from './endpoint/serve.js';
export { describeThrown, hasCode } from './errors.js';
export { defineInspection, inspectedElements } from './inspection.js';
export { arrivalFailure, cloneFailure, formatPath, postParcel } from './message/clone-failure.js';
export { findHandleType, type HandleType, handleTypeOf, registerHandle } from './message/handle.js';
export { checkTransfer, isMovePending, type Mark, restoreMarks } from './message/move.js';
export { pack, packPlain, type Parcel } from './message/pack.js';
export type { Packed } from './message/packed.js';
export {
  inheritMain,
  isKnownModule,
  knownHandleModules,
  modulesOf,
  programModule,
  trustModules,
} from './message/trusted-modules.js';
export { unpack, unpackSync } from './message/unpack.js';
export {
  isArrayBuffer,
  isError,
  isMap,
  isSet,
  isSharedArrayBuffer,
  isUint8Array,
} from './platform/brand-checks.js';
export { MessagePortEndpoint } from './platform/message-port-endpoint.js';
export { failProgram } from './platform/modules.js';
export { type AsyncContext, createAsyncContext, runtime } from './platform/node.js';
export {
  isPipe,
  type OutputDescriptor,
  reportFailure,
  writeOutputDirectly,
} from './platform/output.js';
export { scriptOf } from './platform/own-script.js';
export { sharedState } from './shared-state.js';
export { locate } from './target/refer.js';
export { resolveTarget } from './target/resolve.js';
export { functionLabel, type TargetRef } from './target/target.js';
export { registeredNames, registeredPlace, registeredTasks } from './target/task.js';
export { type Deferred, deferred, onAbort, signalOf, timeoutOf, withTimeout } from './waiting.js';
export { type EntryRef, entryText, loadEntry, locateEntry, registerEntry } from './worker-entry.js';
export { WorkerLifecycle } from './worker-lifecycle.js';

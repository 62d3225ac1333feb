/**
 * What manycore's own packages need of this one, beside its public surface. Not supported for others:
 * it may change in any release.
 */
// What is public as well: this file holds all of the package's code (see the build).
export * from './index.js';
export { onAbort } from './abort-signal.js';
export { assertNotBootstrapping, markStartsWorkers, outsideBootstrap } from './bootstrap-guard.js';
export { type Deferred, deferred } from './deferred.js';
export { type Caller, connect } from './endpoint/connect.js';
export type { OutgoingCall } from './endpoint/create-call.js';
export type { Destination, Endpoint, WorkerEndpoint } from './endpoint/endpoint.js';
export { createMemoryChannel } from './endpoint/memory-endpoint.js';
export { postParcel } from './endpoint/post.js';
export { inheritMain, programModule } from './endpoint/program.js';
export type { Call } from './endpoint/protocol.js';
export { type Outcome, refuseCall, serve, serveOne } from './endpoint/serve.js';
export { describeThrown } from './errors/describe-thrown.js';
export { hasCode } from './errors/manycore-error.js';
export { functionLabel } from './function-text.js';
export { defineInspection, inspectedElements } from './inspection.js';
export { cloneFailure } from './message/clone-failure.js';
export { findHandleType, type HandleType, handleTypeOf, registerHandle } from './message/handle.js';
export { isMovePending, type Mark, restoreMarks } from './message/move.js';
export { pack, packPlain, type Parcel } from './message/pack.js';
export type { Packed } from './message/packed.js';
export { formatPath } from './message/path.js';
export { checkTransfer } from './message/transfer.js';
export { isKnownModule, knownHandleModules, modulesOf, trustModules } from './message/trusted-modules.js';
export { unpack, unpackSync } from './message/unpack.js';
export { arrivalFailure } from './message/unreadable.js';
export { type AsyncContext, createAsyncContext } from './platform/async-context.js';
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
export {
  isPipe,
  type OutputDescriptor,
  reportFailure,
  writeOutputDirectly,
} from './platform/output.js';
export { scriptOf } from './platform/own-script.js';
export { runtime } from './platform/runtime.js';
export { sharedState } from './shared-state.js';
export { locate } from './target/refer.js';
export { resolveTarget } from './target/resolve.js';
export type { TargetRef } from './target/target.js';
export { registeredNames, registeredPlace, registeredTasks } from './target/task.js';
export { signalOf, timeoutOf, withTimeout } from './wait-options.js';
export { type EntryRef, entryText, loadEntry, locateEntry, registerEntry } from './worker-entry.js';
export { WorkerLifecycle } from './worker-lifecycle.js';
export { checkEnvironment, checkNice, checkWords } from './worker-options.js';

/**
 * What a worker needs to start, and no more: the entries of threads and processes import it, and its size is
 * part of the cost of a start. Not supported for others: it may change in any release.
 */
export { outsideBootstrap } from './bootstrap-guard.js';
export { inheritMain } from './endpoint/program.js';
export { type AsyncContext, createAsyncContext } from './platform/async-context.js';
export { MessagePortEndpoint } from './platform/message-port-endpoint.js';
export { type Outcome, refuseCall, serve, serveOne } from './endpoint/serve.js';
export { postParcel } from './endpoint/post.js';
export { describeThrown } from './errors/describe-thrown.js';
export { hasCode } from './errors/manycore-error.js';
export { isMovePending } from './message/move.js';
export { pack } from './message/pack.js';
export type { Packed } from './message/packed.js';
export { trustModules } from './message/trusted-modules.js';
export { unpack } from './message/unpack.js';
export {
  isPipe,
  type OutputDescriptor,
  reportFailure,
  writeOutputDirectly,
} from './platform/output.js';
export { sharedState } from './shared-state.js';
export { resolveTarget } from './target/resolve.js';
export type { AnyFunction, TargetRef } from './target/target.js';
export { type EntryRef, loadEntry } from './worker-entry.js';

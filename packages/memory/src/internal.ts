/**
 * What manycore's own packages need of this one, beside its public surface. Not supported for others:
 * it may change in any release.
 */
// Public as well: here for @manycore/thread, which would load this whole package for it.
export { DeadlockError } from './errors.js';
export { noteReceiversExited } from './processes/receivers-exited.js';
export { scopeOf } from './shared-block.js';
export type { TaskContext } from './tasks/task-context.js';
export { taskContexts } from './tasks/task-contexts.js';
export { terminateThread } from './threads/native-loading.js';
export { LifeLine } from './platform/life-line.js';
export {
  noticeEndedThreads,
  threadEnded,
  watchedThreadEnded,
  watchThread,
} from './threads/thread-owners.js';
export { type BlockingWords, BlockWords, SharedWords, type Words } from './words.js';
export { type Attempt, wait, waitSync } from './wait/wait.js';
export { EventCount, PreparedWait, Spin, type WaitSource } from './wait/event-count.js';
export { monitor, type Monitored } from './wait/monitor.js';
export { Operation } from './wait/operation.js';
export { type WaitingOptions, WaiterQueue } from './wait/waiter-queue.js';
export { LockAttempt, type MutexRules } from './mutex/lock-attempt.js';
export { LivenessThrottle, Mutex } from './mutex/mutex.js';
export { RawMutex } from './mutex/raw-mutex.js';

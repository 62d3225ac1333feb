/**
 * What manycore's own packages need of this one, beside its public surface. Not supported for others:
 * it may change in any release.
 */
// Public as well: here for @manycore/thread, which would load this whole package for it.
export { DeadlockError } from './errors/deadlock-error.js';
export { noteReceiversExited } from './processes/receivers-exited.js';
export { scopeOf } from './scope.js';
export type { TaskContext } from './tasks/task-context.js';
export { taskContexts } from './tasks/task-contexts.js';
export { terminateThread } from './threads/native-loading.js';
export { LifeLine } from './platform/life-line.js';
export { watchedThreadEnded, watchThread } from './threads/life-lines.js';
export { noticeEndedThreads, threadEnded } from './threads/thread-owners.js';
export { BlockWords, SharedWords } from './words/shared-words.js';
export type { BlockingWords, Words } from './words/words.js';
export type { Attempt } from './wait/attempt.js';
export { EventCount } from './wait/event-count.js';
export { monitor, type Monitored } from './wait/monitor.js';
export { Operation } from './wait/operation.js';
export { PreparedWait, type WaitSource } from './wait/prepared-wait.js';
export { Spin } from './wait/spin.js';
export { wait } from './wait/wait.js';
export { waitSync } from './wait/wait-sync.js';
export { type WaitingOptions, WaiterQueue } from './wait/waiter-queue.js';
export { LockAttempt, type MutexRules } from './mutex/lock-attempt.js';
export { LivenessThrottle, Mutex } from './mutex/mutex.js';
export { RawMutex } from './mutex/raw-mutex.js';

export { allocate, type ShareOptions } from './block.js';
export {
  DeadlockError,
  NotHeldError,
  OwnerDiedError,
  ProcessesUnavailableError,
} from './errors.js';
export type { LockGuard, ValueLock } from './values/value-lock.js';
export type { Owners, Parker, PendingWait, Scope, SharedBlock } from './shared-block.js';
export { SharedMemory, type SharedMemoryOptions } from './shared-memory.js';
export type { ElementOf, ElementType, ViewOf, ViewTypes } from './values/element-type.js';
export { SharedArray } from './values/shared-array.js';
export { Value } from './values/value.js';
export { Word } from './word.js';

export { Barrier, type BarrierOptions } from './barrier/barrier.js';
export { BrokenBarrierError } from './barrier/broken-barrier-error.js';
export { Condition } from './condition/condition.js';
export { Event } from './event/event.js';
export type { Acquirable, Guard } from './guard.js';
export { Latch } from './latch/latch.js';
export { Lock } from './lock.js';
export type { SyncOptions } from './options.js';
export { RLock } from './rlock/rlock.js';
export { RWLock } from './rwlock/rwlock.js';
export { BoundedSemaphore, Semaphore } from './semaphore/semaphore.js';
// The locks of shared values throw these as well: one class for both packages.
export { DeadlockError, NotHeldError, OwnerDiedError } from '@manycore/memory';

export { DeadlockError } from './errors/deadlock-error.js';
export { NotHeldError } from './errors/not-held-error.js';
export { OwnerDiedError } from './errors/owner-died-error.js';
export type { Guard } from './guard/guard.js';
export { Lock } from './lock/lock.js';
export { RLock } from './lock/rlock.js';
export { BoundedSemaphore } from './semaphore/bounded-semaphore.js';
export { Semaphore } from './semaphore/semaphore.js';
export type { SyncOptions } from './waiting/existing-block.js';

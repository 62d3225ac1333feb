export { QueueClosedError } from './errors/queue-closed-error.js';
export { Queue } from './queue.js';
export type { QueueOptions } from './queue-options.js';
export { ValueQueue } from './value-queue.js';

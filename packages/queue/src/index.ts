export {
  ConnectionClosedError,
  QueueClosedError,
  QueueCorruptedError,
  SharedMemoryBusyError,
  SharedMemoryLostError,
  TaskDoneError,
  TasksLostError,
} from './errors.js';
export { JoinableQueue } from './joinable-queue.js';
export { LifoQueue, type OrderedQueue, type Prioritized, PriorityQueue } from './ordered-queues.js';
export { Connection, pipe, type PipeOptions } from './pipe/connection.js';
export { Queue } from './queue.js';
export type { QueueOptions } from './queue-options.js';
export { type Selectable, waitAny } from './selectable.js';
export type { QueueCloseOptions, ValueQueue } from './value-queue.js';

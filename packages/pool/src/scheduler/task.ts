import type { WorkerSlot } from './worker-slot.js';

/** See README.md, "A task". */
export type TaskState = 'waiting' | 'sent' | 'running' | 'settled';

export interface TaskOptions {
  /** Higher goes first. 0 when left out. */
  readonly priority?: number | undefined;
  /** The time (on the scheduler's clock) at which the task times out. `Infinity` when left out. */
  readonly deadline?: number | undefined;
  /** How often it may run again after it failed. 0 when left out. */
  readonly retries?: number | undefined;
}

/** A piece of work. The fields belong to the scheduler; others read. */
export class Task<P = unknown> {
  readonly payload: P;
  readonly priority: number;
  readonly deadline: number;
  state: TaskState = 'waiting';
  /** The order of submission, from 1; 0 before it. */
  seq = 0;
  retriesLeft: number;
  /** Something of it was moved to the worker that got it: it cannot be sent to another one. */
  moved = false;
  /** How often it was sent, so 1 for its first run. */
  attempt = 0;
  submittedAt = 0;
  /** When it was last sent to a worker. */
  sentAt = 0;
  /** Who has it in hand. Set exactly while it is in that slot's `hands`, which may outlast its settling. */
  slot: WorkerSlot<Task<P>> | undefined;

  /** Neighbours in the waiting line; undefined outside it. */
  before: Task<P> | undefined;
  after: Task<P> | undefined;
  /** Its place in the heap of deadlines; −1 outside it. */
  heapIndex = -1;

  constructor(payload: P, options: TaskOptions = {}) {
    this.payload = payload;
    this.priority = options.priority ?? 0;
    this.deadline = options.deadline ?? Infinity;
    this.retriesLeft = options.retries ?? 0;
  }
}

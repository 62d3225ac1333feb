import type { ExitStatus } from '@manycore/core';

import { Deque } from '../deque.js';

/** The scheduler's limits. Times are milliseconds. */
export interface Limits {
  /** Workers that are started ahead and kept. */
  readonly min: number;
  /** Workers at most. */
  readonly max: number;
  /** How long a worker above `min` may be idle. `Infinity`: what was started stays. */
  readonly idleTimeout: number;
  /** How many tasks a worker runs at a time. Above 1 the transport does not report starts. */
  readonly concurrency: number;
  /** How many tasks a worker runs before it is replaced. */
  readonly maxTasksPerWorker: number;
  /** How long a worker may take to be ready. */
  readonly startTimeout: number;
  /** How long a worker may take to let go of an aborted task. */
  readonly abortGrace: number;
  /** How long a worker may take to exit when asked. */
  readonly retireGrace: number;
  /** Whether the transport reports when a task begins. If not, a task begins when it is sent. */
  readonly reportsStarts: boolean;
}

/** See README.md, "A task". */
type TaskState = 'waiting' | 'sent' | 'running' | 'settled';

export interface TaskOptions {
  /** Higher goes first. 0 when left out. */
  readonly priority?: number | undefined;
  /** The time (on the scheduler's clock) at which the task times out. `Infinity` when left out. */
  readonly deadline?: number | undefined;
  /** How often it may run again after it failed. 0 when left out. */
  readonly retries?: number | undefined;
}

/** What the scheduler gives to a worker: one call, or one chunk of it. Only the scheduler writes its fields. */
export class Task<P = unknown> {
  readonly payload: P;
  readonly #options: TaskOptions;
  state: TaskState = 'waiting';
  /** The order of submission, from 1; 0 before it. */
  seq = 0;
  retriesLeft: number;
  /** Something of it was transferred to the worker that got it: it cannot be sent to another one. */
  moved = false;
  /** How often it was sent, so 1 for its first run. */
  attempt = 0;
  submittedAt = 0;
  /** When it was last sent to a worker. Undefined before, not 0: a waiting task needs no memory for the number. */
  sentAt: number | undefined;
  /** The worker that has it in flight. Set exactly while it is in that slot's `inFlight`, also after it settled. */
  slot: WorkerSlot<P> | undefined;
  /** A recall of it is under way. */
  recalling = false;
  /** If it comes back unbegun, it gets this result. */
  dropped: TaskResult | undefined;

  /** Neighbours in the task queue; undefined outside it. */
  before: Task<P> | undefined;
  after: Task<P> | undefined;
  /** Its place in the heap of deadlines; −1 outside it. */
  heapIndex = -1;

  constructor(payload: P, options: TaskOptions = {}) {
    this.payload = payload;
    this.#options = options;
    this.retriesLeft = options.retries ?? 0;
  }

  get priority(): number {
    return this.#options.priority ?? 0;
  }

  get deadline(): number {
    return this.#options.deadline ?? Infinity;
  }
}

/** See README.md, "A worker slot". */
type SlotState = 'starting' | 'idle' | 'busy' | 'retiring' | 'dying' | 'gone';

/** A worker as the scheduler sees it. Only the scheduler writes its fields, but for `connection` and `hasRings`. */
export class WorkerSlot<P = unknown> {
  /** From 1, never used again. */
  readonly id: number;
  readonly startedAt: number;
  /** How the executor reaches the worker. It is kept here so that there is one registry of workers. */
  connection: WorkerConnection<P> | undefined;
  /** Its tasks go through shared memory. The connection says so, for the statistics. */
  hasRings = false;
  /** Of a worker that is leased to a thread: whether that has used it since it was asked last. */
  wasUsed: (() => boolean) | undefined;
  state: SlotState = 'starting';
  /**
   * Tasks sent and not let go, in the order in which the worker begins them. All of them are running where it runs
   * several at a time; at most the first one otherwise.
   */
  readonly inFlight: Deque<Task<P>> = new Deque<Task<P>>();
  /** How many tasks it may have in flight. */
  window: number;
  /** When it last finished a task, or got one while it had none. */
  progressAt = 0;
  /** How many tasks it was given in its life. */
  taskCount = 0;
  readyAt: number;
  /** It finished a task, so whatever ends it is no start failure. */
  proven = false;
  /** It gets no more tasks, and retires once nothing is in flight. */
  draining = false;
  /** The abandoned tasks that it runs, and until when it may let go of each: the first one's grace ends first. */
  readonly abandoned: Map<Task<P>, number> = new Map<Task<P>, number>();
  /** Such a grace is over: it is killed once the tasks that it has not begun are recalled. */
  killPending = false;
  /** It was killed for an abandoned task: the other tasks that it ran are not to blame. */
  killedForTask = false;
  /** When the present state (or the first grace for an abandoned task) has lasted long enough. */
  deadline: number;

  constructor(id: number, startedAt: number, window = 1) {
    this.id = id;
    this.window = window;
    this.startedAt = startedAt;
    this.readyAt = Infinity;
    this.deadline = Infinity;
  }

  /** How many unsettled tasks are behind the first one, so that another worker could begin them sooner. */
  get stealable(): number {
    let count = 0;
    for (const task of this.inFlight) if (task !== this.inFlight.first && task.state === 'sent') count += 1;
    return count;
  }

  /** The first of those of which no recall is under way. */
  get nextStealable(): Task<P> | undefined {
    return this.inFlight.find((task, place) => place > 0 && task.state === 'sent' && !task.recalling);
  }
}

/**
 * One worker, as the executor reaches it. The scheduler stores it and never calls it. Each transport
 * implements it: see `transport/transport.ts` for the events that answer these calls.
 */
export interface WorkerConnection<P> {
  /** Sends a task. Throws what keeps it from being sent; then the worker does not know of it. */
  send(task: Task<P>): void;
  /** Whether the worker has begun a task in flight: looked up, where that is not reported at once. */
  hasBegun(task: Task<P>): boolean;
  /** Asks the worker to let go of a task; it is reported finished when it has. */
  abort(task: Task<P>, why: 'aborted' | 'timed-out'): void;
  /**
   * Takes back a task if the worker has not begun it, and others with it, perhaps. Answered by `recalled` for each,
   * at once or later, unless `finished` or `exited` comes first.
   */
  recall(task: Task<P>): void;
  /**
   * Reports results of single calls that have come in, without waiting for a turn of the event loop: the program
   * submits many tasks in one turn. No code of the program is called but getters of arguments.
   */
  takeResults(): void;
  /** Asks a worker with nothing in flight to exit. */
  retire(): void;
  /** Ends the worker, whatever it is doing. */
  kill(): void;
}

/**
 * How a task ended. The worker makes it (`ok`, `failed`, `fatal`) or the scheduler does (all others), and it
 * reaches the call unchanged; `executor/task-error.ts` makes the error that the caller gets.
 */
export type TaskResult =
  | { readonly status: 'ok'; readonly value: unknown }
  /** It threw: with `fatal`, another attempt would throw the same. */
  | {
      readonly status: 'failed' | 'fatal';
      readonly error: unknown;
      /** The results of the single items of a chunk, where the task asked for them. */
      readonly partial?: ItemResults | undefined;
    }
  /** The transport could not send it. */
  | { readonly status: 'unsendable'; readonly error: unknown }
  /** The caller aborted it; `error` is the caller's reason. */
  | { readonly status: 'aborted'; readonly error: unknown }
  /** It was dropped before it ran. */
  | { readonly status: 'cancelled' }
  | { readonly status: 'timed-out' }
  /** Its worker exited while it ran. */
  | {
      readonly status: 'died';
      readonly exit: WorkerExit;
      /** It is not sent again, only because something of it was transferred to that worker. */
      readonly moved?: boolean;
      /** The worker was killed for another task that it ran at the same time. */
      readonly killedForTask?: boolean;
    }
  /** No worker can be started. */
  | { readonly status: 'broken'; readonly cause: StartFailure }
  | { readonly status: 'terminated' };

/** The results of the items of a chunk. */
export interface ItemResults {
  /** As many as the chunk has items; undefined where there is an error. */
  readonly values: readonly unknown[];
  /** The errors, by index. */
  readonly errors: readonly (readonly [index: number, error: unknown])[];
}

/** How a worker ended. The connection makes it, and it reaches the calls of the tasks that it cost. */
export interface WorkerExit {
  /** Exit code and signal. */
  readonly status: ExitStatus;
  /** Why it could not be started: what its initializer threw, for example. */
  readonly startError?: unknown;
  /** The error that ended it, where the worker could report it. */
  readonly cause?: unknown;
  /** That error was printed already. */
  readonly reported?: boolean;
  /** Something outside ended it, so that another start may well succeed. */
  readonly killed?: boolean;
  /** What the system had too little of to start it, in words. */
  readonly shortage?: string | undefined;
  /** It had begun none of its tasks in flight, or not those with these numbers. Otherwise it had begun what was sent. */
  readonly unbegun?: boolean | ReadonlySet<number>;
}

/** Whether a worker had begun the task with this number, which was in flight there, when it exited. */
export function hadBegun({ unbegun = false }: WorkerExit, task: number): boolean {
  return typeof unbegun === 'boolean' ? !unbegun : !unbegun.has(task);
}

/** Why a start counts as failed: how the worker exited, or the error that says that it took too long. */
export type StartFailure = WorkerExit | Error;

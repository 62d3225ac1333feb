import type { Task, TaskResult, WorkerSlot } from '../scheduler/records.js';
import type { EncodedTask, RingState } from './message-encoder.js';
import type { Claimed, ResultMessage } from './protocol.js';
import type { TaskPayload, TransportEvents } from './transport.js';

/**
 * How the tasks of one worker reach it and how their results come back: by messages (`message-link.ts`), or
 * through shared memory (`ring/ring-link.ts`). The connection that owns it reads the worker's messages.
 */
export interface TaskLink<P> {
  /** Sends a task, or keeps it until there is room. @throws what keeps it from being sent. */
  send(task: Task<P>): void;
  hasBegun(task: Task<P>): boolean;
  abort(task: Task<P>, why: 'aborted' | 'timed-out'): void;
  recall(task: Task<P>): void;
  /** Reports results of single calls that have come in. See `WorkerConnection.takeResults`. */
  takeResults(): void;
  /** A result came by message. The promise, if any, is pending while later messages have to wait. */
  receive(message: Claimed<ResultMessage>): Promise<void> | undefined;
  /** A message of the worker could not be read: which tasks it might belong to. */
  readonly doubtful: readonly number[];
  /** The worker says that it has begun this task. */
  begun(id: unknown): void;
  /** The worker does not run this task, and its result, if there was one, was posted before. */
  disown(id: unknown, error: Error): void;
  /** The worker could not read the message of a task. */
  unread(error: Error): void;
  /** The worker's answer for memory that it was offered; false when there was none. */
  overflowAnswered(accepted: boolean): boolean;
  /** The worker has exited. The numbers of the tasks that it had not begun, where only the link knows. */
  end(): Promise<ReadonlySet<number>> | ReadonlySet<number>;
}

/** What a link needs of the connection that owns it. */
export interface LinkOwner<P extends TaskPayload> {
  readonly worker: WorkerSlot<P>;
  /** Where a link reports what happened; but see `finished`. */
  readonly events: TransportEvents<P>;
  /** @throws NotCloneableError */
  encode(task: Task<P>, ring: RingState): EncodedTask;
  /** The worker could not read the message of the task. */
  wasUnread(task: Task<P>): void;
  /** @throws NotCloneableError */
  post(task: Task<P>, encoded: EncodedTask): void;
  /** Tells the worker, in any way that it may notice, that a task is to stop. */
  postAbort(task: Task<P>, why: 'aborted' | 'timed-out'): void;
  /** The promise, if any, is pending while it is not known what follows from the result. */
  finished(task: Task<P>, result: TaskResult, ran: number): Promise<void> | undefined;
  /** Asks the worker whether it runs this task: it answers for one that it does not run. */
  postCheck(id: number): void;
  /** The worker broke the protocol. */
  distrust(what: string): void;
}

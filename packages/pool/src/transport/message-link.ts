import type { Task, WorkerSlot } from '../scheduler/records.js';
import type { EncodedTask } from './message-encoder.js';
import type { Claimed, ResultMessage } from './protocol.js';
import type { SharedStatus } from './shared-status.js';
import type { LinkOwner, TaskLink } from './task-link.js';
import { plainResult, readResult, runTimeOf, statusOf } from './task-result-reader.js';
import type { TaskPayload, TransportEvents } from './transport.js';

/** A task that was sent and has no result yet. */
interface Entry<P> {
  readonly task: Task<P>;
  /** How many results it will have, for a chunk. */
  readonly count: number | undefined;
  /** The how many-th task it is that was sent to the worker. */
  readonly order: number;
  /** What keeps it from being run, if the worker says that it does not run it. */
  unread: Error | undefined;
}

/**
 * Sends tasks as messages: one at a time, or as many as the pool's `concurrency` says. A task counts as begun when it is
 * sent. A worker begins tasks in the order in which they were sent, and each at once.
 */
export class MessageLink<P extends TaskPayload> implements TaskLink<P> {
  readonly #owner: LinkOwner<P>;
  readonly #worker: WorkerSlot<P>;
  readonly #events: TransportEvents<P>;
  readonly #status: SharedStatus | undefined;
  /** By number, in the order in which they were sent. */
  readonly #inFlight = new Map<unknown, Entry<P>>();
  #sent = 0;
  /** Of the tasks sent, so many are known to have begun. */
  #begun = 0;
  /** While paused: tasks are kept, not sent. */
  #paused = false;
  #kept: Task<P> | undefined;
  /** A second result of this task is ignored. */
  #lastFinished: number | undefined;
  /** Tasks that the worker said it does not run: their results are ignored, however late they come. */
  readonly #lost = new Set<number>();

  constructor(owner: LinkOwner<P>, status: SharedStatus | undefined) {
    this.#owner = owner;
    this.#worker = owner.worker;
    this.#events = owner.events;
    this.#status = status;
  }

  get hasTasks(): boolean {
    return this.#inFlight.size > 0;
  }

  get doubtful(): readonly number[] {
    return Array.from(this.#inFlight.values(), ({ task }) => task.seq);
  }

  /** Whether the task with this number is in flight. */
  has(id: unknown): boolean {
    return this.#inFlight.has(id);
  }

  /** Whether the task with this number was this link's, and has been settled. */
  isOld(id: unknown): boolean {
    return id !== undefined && (id === this.#lastFinished || this.#lost.has(id as number));
  }

  /** Keeps the next task, until `resume` returns it. */
  pause(): void {
    this.#paused = true;
  }

  resume(): Task<P> | undefined {
    this.#paused = false;
    const kept = this.#kept;
    this.#kept = undefined;
    return kept;
  }

  send(task: Task<P>): void {
    if (this.#paused) {
      this.#kept = task;
      return;
    }
    this.post(task, this.#owner.encode(task, 'none'));
  }

  /** Sends a task that is encoded already. */
  post(task: Task<P>, encoded: EncodedTask): void {
    this.#status?.forget(task.seq);
    this.#owner.post(task, encoded);
    this.#sent += 1;
    this.#inFlight.set(task.seq, { task, count: encoded.count, order: this.#sent, unread: undefined });
    if (encoded.moves.length > 0) this.#events.moved(this.#worker, task);
    this.#events.started(this.#worker, task);
  }

  takeResults(): void {
    // A message comes with a turn of the event loop.
  }

  hasBegun(task: Task<P>): boolean {
    return task !== this.#kept;
  }

  abort(task: Task<P>, why: 'aborted' | 'timed-out'): void {
    if (task === this.#kept) this.recall(task);
    else this.#owner.postAbort(task, why);
  }

  recall(task: Task<P>): void {
    const isKept = task === this.#kept;
    if (isKept) this.#kept = undefined;
    this.#events.recalled(this.#worker, task, isKept ? 'recalled' : 'begun');
  }

  begun(id: unknown): void {
    const entry = this.#inFlight.get(id);
    if (entry) this.#noteBegun(entry);
    else this.#owner.distrust('begins a task that it was not sent');
  }

  receive(message: Claimed<ResultMessage>): Promise<void> | undefined {
    const { id } = message;
    const entry = this.#inFlight.get(id);
    if (!entry && this.isOld(id)) return undefined;
    const status = statusOf(message);
    if (!entry || !status) {
      this.#owner.distrust('answers a task that it was not sent');
      return undefined;
    }
    const { task, count } = entry;
    this.#noteBegun(entry);
    this.#inFlight.delete(id);
    this.#lastFinished = task.seq;
    const ran = runTimeOf(message);
    const result = plainResult(message, status, count);
    if (result) return this.#owner.finished(task, result, ran);
    return readResult(message, status, count).then((read) => this.#owner.finished(task, read, ran));
  }

  disown(id: unknown, error: Error): void {
    const entry = this.#inFlight.get(id);
    if (entry) this.#lose(entry, entry.unread ?? error);
  }

  /** Of which of several tasks the message was, the worker tells: it does not run that one. */
  unread(error: Error): void {
    const entries = [...this.#inFlight.values()];
    const [first] = entries;
    if (first && entries.length === 1) {
      this.#lose(first, error);
      return;
    }
    for (const entry of entries) {
      entry.unread = error;
      this.#owner.postCheck(entry.task.seq);
    }
  }

  overflowAnswered(): boolean {
    return false;
  }

  end(): ReadonlySet<number> {
    for (const entry of this.#inFlight.values()) {
      if (this.#status?.hasBegun(entry.task.seq) === true) this.#noteBegun(entry);
    }
    const unbegun = new Set<number>();
    for (const { task, order } of this.#inFlight.values()) if (order > this.#begun) unbegun.add(task.seq);
    return unbegun;
  }

  #noteBegun({ order }: Entry<P>): void {
    this.#begun = Math.max(this.#begun, order);
  }

  #lose({ task }: Entry<P>, error: Error): void {
    this.#inFlight.delete(task.seq);
    this.#lost.add(task.seq);
    this.#owner.wasUnread(task);
    void this.#owner.finished(task, { status: 'fatal', error }, 0);
  }
}

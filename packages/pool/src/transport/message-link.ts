import type { Task, WorkerSlot } from '../scheduler/records.js';
import type { Claimed, ResultMessage } from './protocol.js';
import type { SharedStatus } from './shared-status.js';
import type { LinkOwner, TaskLink } from './task-link.js';
import { plainResult, readResult, runTimeOf, statusOf } from './task-result-reader.js';
import type { TaskPayload, TransportEvents } from './transport.js';

/** Sends tasks as messages, one at a time: a task counts as begun when it is sent. */
export class MessageLink<P extends TaskPayload> implements TaskLink<P> {
  readonly #owner: LinkOwner<P>;
  readonly #worker: WorkerSlot<P>;
  readonly #events: TransportEvents<P>;
  readonly #status: SharedStatus | undefined;
  /** The task that was sent and has no result yet, and how many results it will have, for a chunk. */
  #inFlight: Task<P> | undefined;
  #count: number | undefined;
  #lastSent = 0;
  #lastBegun = 0;
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

  get inFlight(): Task<P> | undefined {
    return this.#inFlight;
  }

  get doubtful(): readonly number[] {
    return this.#inFlight ? [this.#inFlight.seq] : [];
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
    const encoded = this.#owner.encode(task);
    this.#owner.post(task, encoded);
    this.#lastSent = task.seq;
    this.#inFlight = task;
    this.#count = encoded.count;
    if (encoded.moved) this.#events.moved(this.#worker, task);
    this.#events.started(this.#worker, task);
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
    if (this.#inFlight && id === this.#inFlight.seq) this.#lastBegun = this.#lastSent;
    else this.#owner.distrust('begins a task that it was not sent');
  }

  receive(message: Claimed<ResultMessage>): Promise<void> | undefined {
    const { id } = message;
    const task = this.#inFlight;
    if (this.isOld(id) && id !== task?.seq) return undefined;
    const status = statusOf(message);
    if (!task || task.seq !== id || !status) {
      this.#owner.distrust('answers a task that it was not sent');
      return undefined;
    }
    this.#inFlight = undefined;
    this.#lastFinished = task.seq;
    const ran = runTimeOf(message);
    const result = plainResult(message, status, this.#count);
    if (result) return this.#owner.finished(task, result, ran);
    return readResult(message, status, this.#count).then((read) => this.#owner.finished(task, read, ran));
  }

  disown(id: unknown, error: Error): void {
    if (id === this.#inFlight?.seq) this.unread(error);
  }

  /** It was the last message, since a pool waits for the result of what it sent. */
  unread(error: Error): void {
    const task = this.#inFlight;
    if (!task) return;
    this.#inFlight = undefined;
    this.#lost.add(task.seq);
    this.#owner.wasUnread(task);
    void this.#owner.finished(task, { status: 'fatal', error }, 0);
  }

  end(): boolean {
    const begun = this.#status?.hasBegun(this.#lastSent) ?? this.#lastBegun === this.#lastSent;
    return !begun;
  }
}

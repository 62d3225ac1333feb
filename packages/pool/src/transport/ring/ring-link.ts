import { restoreMarks } from '@manycore/core/internal';
import type { Task, TaskResult, WorkerSlot } from '../../scheduler/records.js';
import type { EncodedTask } from '../message-encoder.js';
import type { MessageLink } from '../message-link.js';
import type { Claimed, ResultMessage } from '../protocol.js';
import type { SpareBlocks } from '../spare-blocks.js';
import type { LinkOwner, TaskLink } from '../task-link.js';
import type { TaskPayload, TransportEvents } from '../transport.js';
import { type Entry, InFlight } from './in-flight.js';
import { type EncodedValues, elsewhere, encodeList, headerUnits } from './record.js';
import { type NextResult, ResultPump, type ResultSink } from './result-pump.js';
import type { RingError } from './ring.js';
import { Inbox, largestWindow, Outbox, overflowLimit, taskLimit, type WorkerRings } from './worker-rings.js';
import { TaskOverflow } from './overflow.js';
import { Window } from './window.js';

/** What a link through rings needs of its connection besides. */
export interface RingLinkOwner<P extends TaskPayload> extends LinkOwner<P> {
  /** For tasks that no ring holds: those that move something, or copies of large buffers. */
  readonly messages: MessageLink<P>;
  /** The number of the task's target, if the worker knows it. */
  targetNumber(task: Task<P>): number | undefined;
  /** A task whose values were posted was taken back. */
  postDrop(task: Task<P>): void;
  /** Offers the worker memory for its rings, or for large values. @throws what keeps it from being sent. */
  postBlock(what: 'rings' | 'overflow', block: unknown): void;
}

/**
 * How often the pool looks for a result before it sleeps: for 5 to 15 microseconds, since its thread has other things
 * to do. A worker that is awake answers a short task in three.
 */
const poolLooks = { most: 2000, least: 700 };

/** The pool's side of the rings of one worker. The protocol is in README.md beside this file. */
export class RingLink<P extends TaskPayload> implements TaskLink<P>, ResultSink {
  readonly #owner: RingLinkOwner<P>;
  readonly #worker: WorkerSlot<P>;
  readonly #events: TransportEvents<P>;
  readonly #outbox: Outbox;
  readonly #pump: ResultPump;
  /** While it has a task, the ring has none. */
  readonly #messages: MessageLink<P>;
  readonly #window: Window;
  /** For worker processes. Threads are given copies of large buffers, which is faster. */
  readonly #overflow: TaskOverflow | undefined;
  readonly #inFlight: InFlight<P>;
  /** Tasks that wait for room in the ring, or for the end of another one in flight. */
  #backlog: Task<P>[] = [];

  /** `runTime` is the mean run time (ms) of the worker's tasks so far. */
  constructor(owner: RingLinkOwner<P>, rings: WorkerRings, spare: SpareBlocks, runTime: number) {
    const { scope } = rings.block;
    this.#overflow = scope === 'processes' ? new TaskOverflow(spare, rings, (block) => owner.postBlock('overflow', block)) : undefined;
    this.#owner = owner;
    this.#worker = owner.worker;
    this.#events = owner.events;
    this.#messages = owner.messages;
    this.#outbox = new Outbox(rings.tasks);
    this.#inFlight = new InFlight(this.#outbox, (error) => this.corrupted(error));
    this.#pump = new ResultPump(new Inbox(rings.results, poolLooks), this);
    this.#window = new Window(runTime);
  }

  /** How many tasks the worker may have in flight. */
  get window(): number {
    return this.#window.size;
  }

  get doubtful(): readonly number[] {
    return this.#messages.hasTasks ? this.#messages.doubtful : this.#inFlight.seqs;
  }

  get size(): number {
    return this.#inFlight.size;
  }

  get isQuick(): boolean {
    return this.#window.size === largestWindow;
  }

  get isShort(): boolean {
    return this.#inFlight.size < this.#window.size >> 2;
  }

  get next(): NextResult | undefined {
    return this.#inFlight.begun;
  }

  send(task: Task<P>): void {
    if (this.#backlog.length > 0 || !this.#trySend(task)) this.#backlog.push(task);
  }

  hasBegun(task: Task<P>): boolean {
    if (this.#messages.has(task.seq)) return true;
    const entry = this.#inFlight.find(task);
    return entry !== undefined && this.#inFlight.hasBegun(entry);
  }

  abort(task: Task<P>, why: 'aborted' | 'timed-out'): void {
    if (this.#messages.has(task.seq)) this.#messages.abort(task, why);
    else if (this.#has(task)) this.#abort(task, why);
  }

  #abort(task: Task<P>, why: 'aborted' | 'timed-out'): void {
    if (this.#recalls(task)) {
      this.#events.recalled(this.#worker, task, 'recalled');
    } else {
      this.#events.started(this.#worker, task);
      this.#owner.postAbort(task, why);
    }
  }

  recall(task: Task<P>): void {
    if (this.#messages.has(task.seq)) this.#messages.recall(task);
    // It may have come back with another.
    else if (this.#has(task)) this.#events.recalled(this.#worker, task, this.#recalls(task) ? 'recalled' : 'begun');
  }

  takeResults(): void {
    this.#pump.takeResults();
  }

  receive(message: Claimed<ResultMessage>): Promise<void> | undefined {
    if (this.#messages.has(message.id)) return this.#followAlone(this.#messages.receive(message));
    const entry = this.#inFlight.findBegun(message.id);
    if (entry) this.#pump.receive(entry.seq, message);
    else if (!this.#isOver(message.id)) this.#owner.distrust('answers a task that it was not sent');
    return undefined;
  }

  overflowAnswered(accepted: boolean): boolean {
    return this.#overflow?.answered(accepted) === true;
  }

  begun(id: unknown): void {
    if (this.#messages.has(id)) this.#messages.begun(id);
    else this.#owner.distrust('says by message what its ring says');
  }

  disown(id: unknown, error: Error): void {
    if (this.#messages.has(id)) {
      this.#messages.disown(id, error);
      this.#flush();
      return;
    }
    const entry = this.#inFlight.findBegun(id);
    if (entry) this.#pump.lose(entry.seq, error);
  }

  /** At most one task in flight went by message. */
  unread(error: Error): void {
    if (this.#messages.hasTasks) {
      this.#messages.unread(error);
      this.#flush();
      return;
    }
    const entry = this.#inFlight.losePosted();
    if (!entry) return;
    this.#owner.wasUnread(entry.task);
    this.#owner.postDrop(entry.task);
    void this.#owner.finished(entry.task, { status: 'fatal', error }, 0);
    this.#flush();
  }

  hold(): void {
    this.#outbox.hold();
  }

  release(): void {
    this.#outbox.release();
  }

  settle(result: TaskResult, ran: number): Promise<void> | undefined {
    const entry = this.#inFlight.finishFirst();
    if (!entry) return undefined;
    if (entry.values === 'overflow') this.#overflow?.freeOldest();
    if (this.#window.note(ran)) this.#events.windowChanged(this.#worker, this.#window.size);
    const pending = this.#owner.finished(entry.task, result, ran);
    if (this.#backlog.length > 0) this.#flush();
    return pending;
  }

  largeResult(): void {
    this.#overflow?.offer();
  }

  corrupted(error: RingError): void {
    this.#owner.distrust(`wrote to its shared memory what cannot be: ${error.message}`);
  }

  /** The task that went by message alone has ended, or will when its result is read: then the others follow. */
  #followAlone(reading: Promise<void> | undefined): Promise<void> | undefined {
    if (reading) return reading.then(() => this.#flush());
    this.#flush();
    return undefined;
  }

  /** What it published counts; what it claimed, and has no result, it had begun. */
  async end(): Promise<ReadonlySet<number>> {
    const undelivered: Entry<P>[] = [];
    await this.#pump.end(() => undelivered.push(...this.#inFlight.takeFirst()));
    for (const entry of [...undelivered, ...this.#inFlight]) {
      if (this.#inFlight.hasBegun(entry)) this.#events.started(this.#worker, entry.task);
    }
    this.#overflow?.end();
    return this.#messages.end();
  }

  /** Puts a task into the ring; false when it has to wait. */
  #trySend(task: Task<P>): boolean {
    if (this.#messages.hasTasks) return false;
    const { payload } = task;
    const target = this.#owner.targetNumber(task);
    const { values } = payload;
    const most = this.#overflow ? overflowLimit : taskLimit;
    const encoded = target === undefined || payload.offset >= 2 ** 31 ? undefined : encoding(values, most);
    if (!encoded) return this.#trySendMessage(task);
    const count = payload.shape === 'call' ? undefined : values.length;
    if (encoded.byteLength <= taskLimit) {
      return this.#watchIf(this.#inFlight.push(task, encoded, target ?? 0, count, 'record'));
    }
    if (this.#overflow?.isReady === true) return this.#trySendOverflow(task, encoded, target ?? 0, count, this.#overflow);
    this.#overflow?.offer();
    return this.#trySendMessage(task);
  }

  #trySendOverflow(
    task: Task<P>,
    values: EncodedValues,
    target: number,
    count: number | undefined,
    overflow: TaskOverflow,
  ): boolean {
    if (!this.#outbox.hasRoom(headerUnits + 1)) return false;
    const placed = overflow.place(values);
    return placed !== undefined && this.#watchIf(this.#inFlight.push(task, placed, target, count, 'overflow'));
  }

  /** One at a time: so a message that the worker cannot read is known to be this one's. */
  #trySendMessage(task: Task<P>): boolean {
    if (this.#inFlight.hasPosted || !this.#outbox.hasRoom(headerUnits)) return false;
    const encoded = this.#owner.encode(task, this.size > 0 ? 'busy' : 'empty');
    if (!encoded.message.inRing) return this.#trySendAlone(task, encoded);
    this.#owner.post(task, encoded);
    return this.#watchIf(this.#inFlight.push(task, elsewhere, 0, encoded.count, 'message'));
  }

  /** It needs no place in the ring. One that moves something waits until nothing else is in flight: it cannot be taken back. */
  #trySendAlone(task: Task<P>, encoded: EncodedTask): boolean {
    if (this.size > 0) {
      restoreMarks(encoded.moves);
      return false;
    }
    this.#messages.post(task, encoded);
    return true;
  }

  /** Results are looked for as long as a task is in flight. Gives what it is given: whether one was put there. */
  #watchIf(isSent: boolean): boolean {
    if (isSent) this.#pump.watch();
    return isSent;
  }

  /** Sends what waits, as far as there is room. */
  #flush(): void {
    for (let task = this.#backlog.shift(); task; task = this.#backlog.shift()) {
      try {
        if (this.#trySend(task)) continue;
        this.#backlog.unshift(task);
        return;
      } catch (error) {
        this.#events.unsendable(this.#worker, task, error);
      }
    }
  }

  /**
   * Takes back all tasks that the worker has not begun; whether this one was among them. The others are reported:
   * the scheduler sends them again, in their order.
   */
  #recalls(task: Task<P>): boolean {
    const taken: Task<P>[] = [];
    for (const entry of this.#inFlight.takeBack()) {
      if (entry.values === 'message') this.#owner.postDrop(entry.task);
      if (entry.values === 'overflow') this.#overflow?.freeYoungest();
      taken.push(entry.task);
    }
    taken.push(...this.#backlog.splice(0));
    for (const other of taken) if (other !== task) this.#events.recalled(this.#worker, other, 'recalled');
    return taken.includes(task);
  }

  #has(task: Task<P>): boolean {
    return this.#backlog.includes(task) || this.#inFlight.find(task) !== undefined;
  }

  #isOver(id: unknown): boolean {
    return this.#inFlight.isOver(id) || this.#messages.isOld(id);
  }
}

/** The values in a record, or in the overflow area, if these can carry them. What looking at them throws, the message will throw again. */
function encoding(values: readonly unknown[], most: number): EncodedValues | undefined {
  try {
    return encodeList(values, most);
  } catch {
    return undefined;
  }
}

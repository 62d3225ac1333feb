import { type ExitStatus, NotCloneableError, ProtocolError } from '@manycore/core';
import {
  arrivalFailure,
  cloneFailure,
  describeThrown,
  modulesOf,
  pack,
  type Packed,
  postParcel,
  type TargetRef,
  type WorkerEndpoint,
} from '@manycore/core/internal';
import type { Task, TaskResult, WorkerConnection, WorkerSlot } from '../scheduler/records.js';
import { type EncodedTask, initMessage, type RingState, TaskEncoder, type WorkerSetup } from './message-encoder.js';
import type { LeasedWorker } from './leased-worker.js';
import { MessageLink } from './message-link.js';
import { type Claimed, type FromWorker, isFromWorker, type MemoryAnswer, type ToWorker } from './protocol.js';
import type { RingLink } from './ring/ring-link.js';
import { RingOffer, type RingOwner } from './ring-offer.js';
import { SharedStatus } from './shared-status.js';
import type { Shortage } from './shortage.js';
import type { SpareBlocks } from './spare-blocks.js';
import type { TaskLink } from './task-link.js';
import { errorIn, skippedError } from './task-result-reader.js';
import type { TaskPayload, TransportEvents } from './transport.js';
import { killWorker, watchChannel, workerExit } from './worker-end.js';

/** The pool's side of one worker: reads its messages, and knows its life. Its tasks go through a link. */
export class EndpointConnection<P extends TaskPayload> implements WorkerConnection<P>, RingOwner<P> {
  readonly worker: WorkerSlot<P>;
  readonly #endpoint: WorkerEndpoint;
  readonly events: TransportEvents<P>;
  readonly #shortage: Shortage;
  readonly #status: SharedStatus | undefined;
  readonly #encoder: TaskEncoder;
  readonly messages: MessageLink<P>;
  /** How tasks go to the worker now: by messages, and through rings once there are some. */
  #link: TaskLink<P>;
  readonly #offer: RingOffer<P> | undefined;
  #leased: LeasedWorker | undefined;
  /** The tasks whose modules could not be read for want of descriptors: they were not begun. */
  readonly #starved = new Set<number>();
  #startError: unknown;
  #cause: unknown;
  #ready = false;
  /** It broke the protocol and is being ended: its messages are ignored, but for what it has begun. */
  #distrusted = false;
  /** Why its last message could not be read. */
  #unreadable: Error | undefined;
  /** The last message that takes time to read: later ones wait for it, so that order holds. */
  #reading: Promise<void> | undefined;

  constructor(
    worker: WorkerSlot<P>,
    endpoint: WorkerEndpoint,
    setup: WorkerSetup,
    events: TransportEvents<P>,
    shortage: Shortage,
    spare: SpareBlocks | undefined,
  ) {
    this.worker = worker;
    this.#endpoint = endpoint;
    this.events = events;
    this.#shortage = shortage;
    const { destination } = endpoint;
    this.#status = destination === 'thread' ? new SharedStatus(setup.concurrency) : undefined;
    this.#encoder = new TaskEncoder(destination);
    this.messages = new MessageLink(this, this.#status);
    this.#link = this.messages;
    this.#offer = spare ? new RingOffer(this, spare, this.messages, destination) : undefined;
    // The pool as a whole keeps the program alive while there is something to wait for.
    endpoint.unref();
    endpoint.onUnreadable((cause) => {
      this.#unreadable = arrivalFailure('the result', cause);
      // Which message it was is not known: perhaps one of the program's own on the same channel.
      for (const id of this.#link.doubtful) this.postCheck(id);
      this.#leased?.unreadable(this.#unreadable);
    });
    endpoint.onMessage((message) => {
      if (!isFromWorker(message)) return;
      if (this.#reading) this.#inOrder(() => this.#receive(message));
      else this.#hold(this.#receive(message));
    });
    watchChannel(endpoint, () => {
      this.#cause ??= new Error('the worker had closed its channel to the pool');
      endpoint.kill();
    });
    void endpoint.departed.then((status) => this.#inOrder(() => this.#exit(status)));
    this.#init(setup);
  }

  #init(setup: WorkerSetup): void {
    try {
      const message = initMessage(setup, this.worker.id, this.#endpoint.destination, this.#status?.buffer);
      postParcel(this.#endpoint, message, [], 'initArgs');
    } catch (error) {
      this.#failStart(error);
    }
  }

  send(task: Task<P>): void {
    this.#link.send(task);
  }

  hasBegun(task: Task<P>): boolean {
    return this.#link.hasBegun(task);
  }

  abort(task: Task<P>, why: 'aborted' | 'timed-out'): void {
    this.#link.abort(task, why);
  }

  recall(task: Task<P>): void {
    this.#link.recall(task);
  }

  takeResults(): void {
    this.#link.takeResults();
  }

  retire(): void {
    this.#post({ manycorePool: 'retire' });
  }

  kill(): void {
    killWorker(this.#endpoint, this.#status, () => this.retire());
  }

  /** The worker is leased to a thread: `block` is the memory of its rings, as it goes to the worker. */
  lease(leased: LeasedWorker, block: Packed, modules: readonly string[] | undefined): void {
    this.#leased = leased;
    leased.onCheck = (id) => this.postCheck(id);
    this.#post({ manycorePool: 'lease', block, modules });
  }

  /** The number by which the worker knows a target, of which it is told if need be. */
  teach(ref: TargetRef): number {
    const known = this.#encoder.numberOf(ref);
    if (known !== undefined) return known;
    const target = this.#encoder.add(ref);
    this.#post({ manycorePool: 'target', target, ref });
    return target;
  }

  targetNumber(task: Task<P>): number | undefined {
    return this.#encoder.numberOf(task.payload.target);
  }

  wasUnread(task: Task<P>): void {
    const ref = task.payload.target;
    const target = this.#encoder.numberOf(ref);
    // Tasks behind it may have been sent by the number alone.
    if (target !== undefined) this.#post({ manycorePool: 'target', target, ref });
  }

  encode(task: Task<P>, ring: RingState): EncodedTask {
    return this.#encoder.encode(task, ring);
  }

  post(task: Task<P>, { message, transfer }: EncodedTask): void {
    try {
      this.#endpoint.post(message, transfer);
    } catch (cause) {
      throw cloneFailure(cause, message, transfer, task.payload.root, this.#endpoint.destination);
    }
    this.#encoder.posted(message);
  }

  postAbort({ seq: id }: Task<P>, why: 'aborted' | 'timed-out'): void {
    this.#status?.abort(id, why);
    this.#post({ manycorePool: 'abort', id, why });
  }

  postCheck(id: number): void {
    this.#post({ manycorePool: 'check', id });
  }

  postDrop({ seq: id }: Task<P>): void {
    this.#post({ manycorePool: 'drop', id });
  }

  finished(task: Task<P>, result: TaskResult, ran: number): Promise<void> | undefined {
    if (result.status === 'fatal') return this.#finishFatal(task, result, ran);
    this.#offer?.note(ran);
    this.events.finished(this.worker, task, result, ran);
    return undefined;
  }

  postBlock(what: 'rings' | 'overflow', block: unknown): void {
    const { packed } = pack(block, this.#endpoint.destination, what);
    this.#post({ manycorePool: what, block: packed, modules: packed[1] && modulesOf(packed) });
  }

  useRings(link: RingLink<P>, kept: Task<P> | undefined): void {
    this.#link = link;
    this.worker.hasRings = true;
    this.sendKept(kept);
    this.events.windowChanged(this.worker, link.window);
  }

  sendKept(kept: Task<P> | undefined): void {
    if (!kept) return;
    try {
      this.#link.send(kept);
    } catch (error) {
      this.events.unsendable(this.worker, kept, error);
    }
  }

  #post(message: ToWorker): void {
    this.#endpoint.post(message);
  }

  /** Runs a step that may take time after those before it; at once when there are none. */
  #inOrder(step: () => Promise<void> | undefined): void {
    this.#hold(this.#reading ? this.#reading.then(step) : step());
  }

  /** Later messages wait for this step, if it takes time. */
  #hold(step: Promise<void> | undefined): void {
    if (!step) return;
    const reading = step.then(() => {
      if (this.#reading === reading) this.#reading = undefined;
    });
    this.#reading = reading;
  }

  #receive(message: Claimed<FromWorker>): Promise<void> | undefined {
    if (this.#distrusted) {
      // What it ran is not run again, although it is ended.
      if (message.manycorePool === 'begun' && this.messages.has(message.id)) this.messages.begun(message.id);
      return undefined;
    }
    switch (message.manycorePool) {
      case 'ready':
        this.#becomeReady();
        break;
      case 'rings-ready':
      case 'rings-refused':
      case 'overflow-ready':
      case 'overflow-refused':
      case 'lease-ready':
      case 'lease-refused':
        if (!this.#answered(message.manycorePool)) this.distrust('answers for memory that it was not offered');
        break;
      case 'begun':
        this.#link.begun(message.id);
        break;
      case 'result':
        if (message.leased !== true) return this.#link.receive(message);
        if (this.#leased?.receive(message) !== true) this.distrust('answers a task that it was not sent');
        break;
      case 'idle':
        if (this.#leased?.disown(message.id) === true) break;
        this.#link.disown(message.id, this.#unreadable ?? skippedError());
        break;
      case 'unreadable':
        this.#couldNotRead(message.reason);
        break;
      case 'init-failed':
        return this.#initFailed(message.error);
      case 'dying':
        return errorIn(message.error).then((error) => {
          this.#cause = error;
        });
      default:
        this.distrust('sends a message that no worker sends');
    }
    return undefined;
  }

  /** False when nothing was offered. */
  #answered(answer: MemoryAnswer): boolean {
    const accepted = answer.endsWith('-ready');
    if (answer.startsWith('rings')) return this.#offer?.answered(accepted) === true;
    if (answer.startsWith('overflow')) return this.#link.overflowAnswered(accepted);
    return this.#leased?.answered(accepted) === true;
  }

  #becomeReady(): void {
    if (this.#ready) {
      this.distrust('is ready a second time');
      return;
    }
    this.#ready = true;
    this.#shortage.ready(this.worker.id);
    this.events.ready(this.worker);
  }

  #initFailed(error: unknown): Promise<void> | undefined {
    if (this.#ready) {
      this.distrust('fails to start after it was ready');
      return undefined;
    }
    return errorIn(error).then((reason) => this.#failStart(reason));
  }

  #failStart(error: unknown): void {
    this.#startError = error;
    this.#endpoint.kill();
  }

  /** A worker that breaks the protocol is ended: what it runs is not known any more. */
  distrust(what: string): void {
    this.#distrusted = true;
    this.#cause = new ProtocolError(
      `a worker ${what}: code in it uses the channel of manycore, or it runs another version of it`,
    );
    this.kill();
  }

  /** A message to the worker could not be read there: that of a task which has no result. */
  #couldNotRead(reason: unknown): void {
    const what = this.#ready ? 'the values of a task' : 'initArgs';
    const error = new NotCloneableError(`${what} cannot be read by the worker: ${describeThrown(reason)}`);
    if (this.#ready) this.#link.unread(error);
    else this.#failStart(error);
  }

  /** A worker that could not load a module for want of descriptors makes room, and its task goes to another. */
  async #finishFatal(
    task: Task<P>,
    result: Extract<TaskResult, { status: 'failed' | 'fatal' }>,
    ran: number,
  ): Promise<void> {
    const { error } = result;
    if (!(await this.#shortage.explains(error, task.payload))) {
      this.events.finished(this.worker, task, result, ran);
      return;
    }
    this.#starved.add(task.seq);
    // The exit counts as a shortage only if this error itself says so.
    this.#failStart(error);
  }

  #exit(status: ExitStatus): Promise<void> | undefined {
    const unbegun = this.#link.end();
    if (unbegun instanceof Promise) return unbegun.then((known) => this.#exited(status, known));
    this.#exited(status, unbegun);
    return undefined;
  }

  #exited(status: ExitStatus, unbegun: ReadonlySet<number>): void {
    const exit = workerExit(this.#endpoint, {
      status,
      startError: this.#startError,
      cause: this.#cause,
      // A worker that has rings may have claimed more, to which it had not come.
      unbegun: (this.#starved.size > 0 && this.worker.hasRings) || new Set([...unbegun, ...this.#starved]),
    });
    this.#shortage.exited(this.worker.id, exit.shortage);
    this.#offer?.end();
    const costTask = this.#leased?.exited(exit) === true;
    this.events.exited(this.worker, costTask ? { ...exit, reported: true } : exit);
  }
}

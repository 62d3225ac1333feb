import { type ExitStatus, NotCloneableError, ProtocolError } from '@manycore/core';
import {
  arrivalFailure,
  cloneFailure,
  describeThrown,
  type Packed,
  postParcel,
  unpack,
  type WorkerEndpoint,
} from '@manycore/core/internal';
import type { Task, WorkerConnection, WorkerSlot } from '../scheduler/records.js';
import type { TaskResult } from '../scheduler/results.js';
import { initMessage, TaskEncoder, type WorkerSetup } from './message-encoder.js';
import {
  type Claimed,
  type FromWorker,
  isFromWorker,
  type ResultMessage,
  type ToWorker,
} from './protocol.js';
import { SharedStatus } from './shared-status.js';
import type { Shortage } from './shortage.js';
import { plainResult, readResult, runTimeOf, statusOf } from './task-result-reader.js';
import type { TaskPayload, TransportEvents } from './transport.js';
import { killWorker, watchChannel, workerExit } from './worker-end.js';

/** The pool's side of one worker that gets its tasks as messages. */
export class EndpointConnection<P extends TaskPayload> implements WorkerConnection<P> {
  readonly #worker: WorkerSlot<P>;
  readonly #endpoint: WorkerEndpoint;
  readonly #events: TransportEvents<P>;
  readonly #shortage: Shortage;
  readonly #status: SharedStatus | undefined;
  readonly #encoder: TaskEncoder;
  /** The task that was sent and has no result yet, and how many results it will have, for a chunk. */
  #inFlight: Task<P> | undefined;
  #count: number | undefined;
  #lastSent = 0;
  #lastBegun = 0;
  /** A second result of this task is ignored. */
  #lastFinished: number | undefined;
  /** Tasks that the worker said it does not run: their results are ignored, however late they come. */
  readonly #lost = new Set<number>();
  /** The module of its last task could not be read for want of descriptors: the task was not begun. */
  #wasStarved = false;
  #startError: unknown;
  #cause: unknown;
  #ready = false;
  /** It broke the protocol and is being ended: its messages are ignored. */
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
  ) {
    this.#worker = worker;
    this.#endpoint = endpoint;
    this.#events = events;
    this.#shortage = shortage;
    const { destination } = endpoint;
    this.#status = destination === 'thread' ? new SharedStatus() : undefined;
    this.#encoder = new TaskEncoder(destination);
    // The pool as a whole keeps the program alive while there is something to wait for.
    endpoint.unref();
    endpoint.onUnreadable((cause) => {
      this.#unreadable = arrivalFailure('the result', cause);
      // Which message it was is not known: perhaps one of the program's own on the same channel.
      if (this.#inFlight) this.#post({ manycorePool: 'check', id: this.#inFlight.seq });
    });
    endpoint.onMessage((message) => {
      if (!isFromWorker(message)) return;
      if (this.#reading) this.#inOrder(() => this.#receive(message));
      else this.#hold(this.#receive(message));
    });
    watchChannel(endpoint, () => this.#cutOff());
    void endpoint.departed.then((status) => this.#inOrder(() => this.#exit(status)));
    this.#init(setup);
  }

  #init(setup: WorkerSetup): void {
    try {
      const { destination } = this.#endpoint;
      const message = initMessage(setup, this.#worker.id, destination, this.#status?.buffer);
      postParcel(this.#endpoint, message, [], 'initArgs');
    } catch (error) {
      this.#failStart(error);
    }
  }

  send(task: Task<P>): boolean {
    const { message, transfer, count } = this.#encoder.encode(task);
    try {
      this.#endpoint.post(message, transfer);
    } catch (cause) {
      throw cloneFailure(cause, message, transfer, task.payload.root, this.#endpoint.destination);
    }
    this.#encoder.posted(message);
    this.#lastSent = task.seq;
    this.#inFlight = task;
    this.#count = count;
    return transfer.length > 0;
  }

  abort({ seq: id }: Task<P>, why: 'aborted' | 'timed-out'): void {
    this.#status?.abort(id, why);
    this.#post({ manycorePool: 'abort', id, why });
  }

  /** A task counts as begun when it is sent. */
  recall(task: Task<P>): void {
    this.#events.recalled(this.#worker, task, 'begun');
  }

  retire(): void {
    this.#post({ manycorePool: 'retire' });
  }

  kill(): void {
    killWorker(this.#endpoint, this.#status, () => this.retire());
  }

  #cutOff(): void {
    this.#cause ??= new Error('the worker had closed its channel to the pool');
    this.#endpoint.kill();
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
    if (this.#distrusted) return undefined;
    switch (message.manycorePool) {
      case 'ready':
        this.#becomeReady();
        break;
      case 'begun':
        if (this.#inFlight && message.id === this.#inFlight.seq) this.#lastBegun = this.#lastSent;
        else this.#distrust('begins a task that it was not sent');
        break;
      case 'result':
        return this.#receiveResult(message);
      case 'idle':
        if (message.id === this.#inFlight?.seq) {
          this.#loseTask(this.#unreadable ?? new ProtocolError(skippedText));
        }
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
        this.#distrust('sends a message that no worker sends');
    }
    return undefined;
  }

  #becomeReady(): void {
    if (this.#ready) {
      this.#distrust('is ready a second time');
      return;
    }
    this.#ready = true;
    this.#shortage.ready(this.#worker.id);
    this.#events.ready(this.#worker);
  }

  #initFailed(error: unknown): Promise<void> | undefined {
    if (this.#ready) {
      this.#distrust('fails to start after it was ready');
      return undefined;
    }
    return errorIn(error).then((reason) => this.#failStart(reason));
  }

  #failStart(error: unknown): void {
    this.#startError = error;
    this.#endpoint.kill();
  }

  /** A worker that breaks the protocol is ended: what it runs is not known any more. */
  #distrust(what: string): void {
    this.#distrusted = true;
    this.#cause = new ProtocolError(
      `a worker ${what}: code in it uses the channel of manycore, or it runs another version of it`,
    );
    this.kill();
  }

  /** A message to the worker could not be read there: the last one, which has no result. */
  #couldNotRead(reason: unknown): void {
    const what = this.#ready ? 'the values of a task' : 'initArgs';
    const error = new NotCloneableError(`${what} cannot be read by the worker: ${describeThrown(reason)}`);
    if (this.#ready) this.#loseTask(error);
    else this.#failStart(error);
  }

  /** The worker does not run the task in flight, and no result came that could be read. */
  #loseTask(error: Error): void {
    const task = this.#inFlight;
    if (!task) return;
    this.#inFlight = undefined;
    this.#lost.add(task.seq);
    this.#events.finished(this.#worker, task, { status: 'fatal', error }, 0);
  }

  #receiveResult(message: Claimed<ResultMessage>): Promise<void> | undefined {
    const { id } = message;
    const task = this.#inFlight;
    const isOld = id === this.#lastFinished || this.#lost.has(id as number);
    if (id !== undefined && isOld && id !== task?.seq) return undefined;
    const status = statusOf(message);
    if (!task || task.seq !== id || !status) {
      this.#distrust('answers a task that it was not sent');
      return undefined;
    }
    this.#inFlight = undefined;
    this.#lastFinished = task.seq;
    const ran = runTimeOf(message);
    const result = plainResult(message, status, this.#count);
    if (!result) return readResult(message, status, this.#count).then((read) => this.#finish(task, read, ran));
    return this.#finish(task, result, ran);
  }

  #finish(task: Task<P>, result: TaskResult, ran: number): Promise<void> | undefined {
    if (result.status === 'fatal') return this.#finishFatal(task, result, ran);
    this.#events.finished(this.#worker, task, result, ran);
    return undefined;
  }

  /** A worker that could not load a module for want of descriptors makes room, and its task goes to another. */
  async #finishFatal(
    task: Task<P>,
    result: Extract<TaskResult, { status: 'failed' | 'fatal' }>,
    ran: number,
  ): Promise<void> {
    const { error } = result;
    if (!(await this.#shortage.explains(error, task.payload))) {
      this.#events.finished(this.#worker, task, result, ran);
      return;
    }
    this.#wasStarved = true;
    // The exit counts as a shortage only if this error itself says so.
    this.#failStart(error);
  }

  #exit(status: ExitStatus): undefined {
    const begun = this.#status?.hasBegun(this.#lastSent) ?? this.#lastBegun === this.#lastSent;
    const exit = workerExit(this.#endpoint, {
      status,
      startError: this.#startError,
      cause: this.#cause,
      unbegun: !begun || this.#wasStarved,
    });
    this.#shortage.exited(this.#worker.id, exit.shortage);
    this.#events.exited(this.#worker, exit);
  }
}

/** The error in a message, or the error that keeps it from being read. */
function errorIn(packed: unknown): Promise<unknown> {
  return unpack(packed as Packed).catch((refusal: unknown) => refusal);
}

const skippedText = 'a worker says that it does not run the task that it was sent';

import type { WaitOptions } from '@manycore/core';
import { failProgram, hasCode } from '@manycore/core/internal';
import type { PoolSettings } from '../options/pool-options.js';
import { PoolClosedError, PoolTerminatedError } from '../errors.js';
import { isTraced, traceSettlement, traceSubmission } from '../platform/diagnostics.js';
import { emitWarning, reportFailure } from '../platform/node.js';
import {
  type Limits,
  Task,
  type TaskOptions,
  type TaskResult,
  type WorkerExit,
  type WorkerSlot,
} from '../scheduler/records.js';
import type { Effect } from '../scheduler/effect-queue.js';
import { Scheduler } from '../scheduler/scheduler.js';
import { type PoolStats, StatsCollector } from '../stats/pool-stats.js';
import { newTrace, noteSent } from '../stats/task-trace.js';
import { WorkerTraces } from '../stats/worker-trace.js';
import type { Transport, TransportEvents } from '../transport/transport.js';
import { Backpressure } from './backpressure.js';
import type { CallExecutor, CallPayload, OpenCall, PoolTask } from './call.js';
import { FirstJob } from './first-job.js';
import { scarcityWarning, taskError } from './task-error.js';
import { DeadlineTimer, KeepAlive } from './timers.js';
import { WarmUp } from './warm-up.js';

// Taken now: the global one is a getter, which is passed several times a task.
const { performance } = globalThis;

/** Of so many tasks that are submitted, one has the pool look for results. */
const lookInterval = 16;

type PoolSlot = WorkerSlot<CallPayload>;

/**
 * Carries out what the scheduler decides: calls the workers' connections, and tells the scheduler what
 * happened.
 *
 * ```
 *   calls ──submit, abort──▶ Executor ──events──▶ Scheduler
 *     ▲                        │  ▲                  │
 *     └───────── settle ───────┘  └─────effects──────┘
 *                              │
 *                              ▼ send, abort, recall, retire, kill
 *                       WorkerConnection ──▶ worker ──ready, finished, exited──▶ Executor
 * ```
 */
export class Executor implements CallExecutor, TransportEvents<CallPayload> {
  /** The pool's name. */
  readonly pool: string;
  readonly #scheduler: Scheduler<CallPayload>;
  readonly #transport: Transport<CallPayload>;
  readonly #timer = new DeadlineTimer(() => this.#perform(this.#scheduler.tick(performance.now())));
  readonly #keepAlive = new KeepAlive();
  readonly #backpressure: Backpressure;
  readonly #warmUp: WarmUp;
  readonly #stats = new StatsCollector();
  readonly #workerTraces: WorkerTraces;
  readonly #firstJob = new FirstJob();
  readonly #openCalls = new Set<OpenCall>();
  #closed = false;
  #joined = false;
  #resolveEnded!: () => void;
  readonly #ended = new Promise<void>((resolve) => {
    this.#resolveEnded = resolve;
  });
  /** Effects to be carried out after those that led to them. */
  readonly #pending: (readonly Effect<CallPayload>[])[] = [];
  #performing = false;
  /** The program is kept alive for an unsettled task. */
  #holds = false;

  constructor(
    settings: PoolSettings,
    transport: (events: TransportEvents<CallPayload>) => Transport<CallPayload>,
  ) {
    this.pool = settings.name;
    this.#workerTraces = new WorkerTraces(settings.name);
    this.#backpressure = new Backpressure(settings.maxQueue, () => this.waiting);
    this.#warmUp = new WarmUp(settings.name, () => this.#scheduler);
    this.#transport = transport(this);
    const { reportsStarts } = this.#transport;
    this.#scheduler = new Scheduler<CallPayload>({ ...settings.limits, reportsStarts });
    this.#perform(this.#scheduler.open(performance.now()));
  }

  /** The pool's state, for its inspection. */
  get summary(): 'running' | 'closing' | 'broken' | 'terminating' | 'ended' {
    const { state } = this.#scheduler;
    if (state === 'ending') return 'terminating';
    if (state === 'open') return this.#closed ? 'closing' : 'running';
    return state;
  }

  /** No call is accepted any more. */
  get closed(): boolean {
    return this.#closed;
  }

  get limits(): Limits {
    return this.#scheduler.limits;
  }

  /** How many tasks can run at a time. */
  get capacity(): number {
    const { max, concurrency } = this.limits;
    return max * concurrency;
  }

  get waiting(): number {
    return this.#scheduler.waiting + this.#scheduler.ahead;
  }

  /** The ready worker that had nothing to do last: it gets the next task. */
  get idleWorker(): PoolSlot | undefined {
    return this.#scheduler.workers.idle.at(-1);
  }

  stats(): PoolStats {
    return this.#stats.stats(this.#scheduler);
  }

  submit(payload: CallPayload, options: TaskOptions): PoolTask {
    const task = new Task<CallPayload>(payload, options);
    this.#stats.tasks.submitted();
    if (!isTraced()) {
      this.#perform(this.#scheduler.submit(performance.now(), task));
      if (task.seq % lookInterval === 0) this.#takeResults();
      return task;
    }
    const trace = (payload.trace = newTrace(this.pool, task));
    traceSubmission(trace, () => {
      this.#perform(this.#scheduler.submit(performance.now(), task));
      trace.id = task.seq;
    });
    return task;
  }

  abort(task: PoolTask, reason: unknown): void {
    this.#perform(this.#scheduler.abort(performance.now(), task, reason));
  }

  /** Whether a worker runs the task. */
  isRunning(task: PoolTask): boolean {
    if (task.state === 'running') return true;
    return task.state === 'sent' && task.slot?.connection?.hasBegun(task) === true;
  }

  /** Drops the task if no worker has begun it. */
  cancel(task: PoolTask): void {
    this.#perform(this.#scheduler.drop(performance.now(), task, { status: 'cancelled' }));
  }

  /** The same, for the caller's reason. */
  abortUnbegun(task: PoolTask, error: unknown): void {
    this.#perform(this.#scheduler.drop(performance.now(), task, { status: 'aborted', error }));
  }

  /** Drops every task that waits, or is still to be submitted. */
  cancelPending(): void {
    for (const call of [...this.#openCalls]) call.pendingCancelled();
    this.#perform(this.#scheduler.cancelWaiting(performance.now()));
  }

  /** Whether another task may wait. */
  get hasRoom(): boolean {
    return this.#backpressure.hasRoom;
  }

  /** Calls `then` when another task may wait: soon, if that is so already. Returns how to take it back. */
  whenRoom(then: () => void): () => void {
    return this.#backpressure.whenRoom(then);
  }

  /** Waits until another task may wait. */
  room(options: WaitOptions | undefined): Promise<void> {
    return this.#backpressure.room(options, `room in the queue of ${this.pool}`);
  }

  /**
   * A call is about to be made. A pool without workers starts one now: while that starts, the function of the call is
   * looked for, which takes some milliseconds for one that is new.
   */
  expectCall(): void {
    if (this.#closed || this.#scheduler.workers.live > 0) return;
    this.#perform(this.#scheduler.warmUp(performance.now(), 1));
  }

  /** Starts workers until there are so many, and waits until they are ready. */
  warmUp(count: number, options: WaitOptions | undefined): Promise<void> {
    const begin = (): void => this.#perform(this.#scheduler.warmUp(performance.now(), count));
    return this.holding(this.#warmUp.wait(count, options, begin));
  }

  /** A call that will submit more tasks than it has yet. */
  begin(call: OpenCall): void {
    this.#openCalls.add(call);
    if (this.#joined) call.poolJoined();
  }

  /** It submitted its last task. */
  end(call: OpenCall): void {
    if (this.#openCalls.delete(call)) this.#closeWhenDone();
  }

  /** No more calls come. */
  close(): void {
    this.#closed = true;
    this.#warmUp.end(new PoolClosedError(`${this.pool} was closed before its workers were ready`));
    this.#closeWhenDone();
  }

  #closeWhenDone(): void {
    if (!this.#closed || this.#openCalls.size > 0) return;
    this.#perform(this.#scheduler.close(performance.now()));
  }

  /** The caller waits for the end: all calls are completed, whether or not their results are taken. */
  join(): Promise<void> {
    this.#joined = true;
    for (const call of this.#openCalls) call.poolJoined();
    return this.holding(this.#ended);
  }

  terminate(): void {
    this.#closed = true;
    this.#warmUp.end(new PoolTerminatedError(`${this.pool} was terminated before its workers were ready`));
    this.#perform(this.#scheduler.terminate(performance.now()));
    for (const call of this.#openCalls) call.poolTerminated();
    this.#openCalls.clear();
  }

  /** Changes how many workers there may be. */
  resize(size: { readonly min: number; readonly max: number }): void {
    this.#perform(this.#scheduler.resize(performance.now(), size));
  }

  /** Keeps the program alive until the promise settles. */
  holding<T>(promise: Promise<T>): Promise<T> {
    return this.#keepAlive.during(promise);
  }

  ready(slot: PoolSlot): void {
    this.#workerTraces.ready(slot);
    this.#perform(this.#scheduler.ready(performance.now(), slot));
  }

  windowChanged(slot: PoolSlot, window: number): void {
    this.#perform(this.#scheduler.setWindow(performance.now(), slot, window));
  }

  moved(_slot: PoolSlot, task: PoolTask): void {
    this.#scheduler.moved(task);
  }

  unsendable(slot: PoolSlot, task: PoolTask, error: unknown): void {
    this.#perform(this.#scheduler.sendFailed(performance.now(), slot, task, error));
  }

  started(slot: PoolSlot, task: PoolTask): void {
    this.#perform(this.#scheduler.started(performance.now(), slot, task));
  }

  finished(slot: PoolSlot, task: PoolTask, result: TaskResult, runTime: number): void {
    if (task.slot !== slot) return;
    this.#stats.tasks.ran(runTime);
    if (task.payload.trace) task.payload.trace.runTime = runTime;
    this.#perform(this.#scheduler.finished(performance.now(), slot, task, result));
  }

  recalled(slot: PoolSlot, task: PoolTask, outcome: 'recalled' | 'begun'): void {
    this.#perform(this.#scheduler.recalled(performance.now(), slot, task, outcome));
  }

  exited(slot: PoolSlot, exit: WorkerExit): void {
    if (slot.state === 'idle' && exit.cause !== undefined && exit.reported !== true) {
      reportFailure(`Exception in a worker of ${this.pool} that had no task:`, exit.cause);
    }
    this.#workerTraces.ended(slot, exit);
    this.#perform(this.#scheduler.exited(performance.now(), slot, exit));
  }

  /** Carries out the effects of a step. What an effect leads to comes after it. */
  #perform(effects: readonly Effect<CallPayload>[]): void {
    if (effects.length > 0) this.#pending.push(effects);
    if (this.#performing) return;
    this.#performing = true;
    try {
      for (let next = this.#pending.shift(); next; next = this.#pending.shift()) {
        for (const effect of next) this.#carryOut(effect);
      }
    } finally {
      this.#performing = false;
    }
    const { live, starting, idle } = this.#scheduler.workers;
    this.#stats.count(live - starting - idle.length, live - starting);
    this.#updateHold();
    this.#backpressure.update();
    this.#warmUp.update();
  }

  /**
   * A program that submits many tasks in one turn of the event loop would leave the workers idle until its end, and
   * all its tasks waiting. A subscriber of the tracing channel would be called in the middle of it: then nothing is done.
   */
  #takeResults(): void {
    if (this.#performing || this.#scheduler.waiting === 0 || !this.#firstJob.isRunning()) return;
    for (const { connection } of this.#scheduler.workers.slots) connection?.takeResults();
  }

  #carryOut(effect: Effect<CallPayload>): void {
    switch (effect.type) {
      case 'start':
        this.#stats.workerStarted();
        this.#workerTraces.started(effect.slot);
        effect.slot.connection = this.#transport.connect(effect.slot);
        break;
      case 'send':
        this.#send(effect.slot, effect.task);
        break;
      case 'abort': {
        const why = effect.result.status === 'timed-out' ? 'timed-out' : 'aborted';
        effect.slot.connection?.abort(effect.task, why);
        break;
      }
      case 'recall':
        effect.slot.connection?.recall(effect.task);
        break;
      case 'retire':
        effect.slot.connection?.retire();
        break;
      case 'kill':
        effect.slot.connection?.kill();
        break;
      case 'settle':
        this.#settle(effect.task, effect.result);
        break;
      case 'timer':
        this.#timer.set(effect.at);
        break;
      case 'scarce':
        emitWarning(scarcityWarning(effect.exit, this.pool, this.limits.max));
        break;
      case 'ended':
        this.#timer.clear();
        this.#transport.end();
        this.#resolveEnded();
        break;
    }
  }

  #send(slot: PoolSlot, task: PoolTask): void {
    this.#stats.sent(task);
    if (task.payload.trace) noteSent(task.payload.trace, task, slot.id);
    try {
      // One that has exited is about to be reported so, and the task is sent to another.
      slot.connection?.send(task);
    } catch (error) {
      this.unsendable(slot, task, error);
    }
  }

  #settle({ payload }: PoolTask, result: TaskResult): void {
    const { trace } = payload;
    const place = { pool: this.pool, name: payload.target.name, timeout: payload.timeout };
    const error = result.status === 'ok' ? undefined : taskError(result, place);
    this.#stats.tasks.settled(result);
    // A program without its guard is wrong as a whole, whether or not it looks at this result.
    if (error !== undefined && hasCode(error, 'MANYCORE_BOOTSTRAP')) failProgram();
    if (!trace) {
      payload.settle(result, error);
      return;
    }
    trace.settledAt = performance.now();
    if (result.status !== 'ok') trace.error = error;
    traceSettlement(trace, () => payload.settle(result, error));
  }

  /** The program must not end while a task is unsettled. */
  #updateHold(): void {
    const wanted = this.#scheduler.unsettled > 0;
    if (wanted === this.#holds) return;
    this.#holds = wanted;
    if (wanted) this.#keepAlive.hold();
    else this.#keepAlive.release();
  }
}

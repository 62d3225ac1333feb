import { type Deferred, deferred, failProgram, hasCode } from '@manycore/core/internal';
import { isTraced, traceSettlement, traceSubmission } from '../platform/diagnostics.js';
import { reportFailure } from '../platform/node.js';
import { emitWarning } from '../platform/warning.js';
import type { Effect, Ending } from '../scheduler/effect.js';
import { Monitor } from '../monitor/monitor.js';
import type { PoolStats } from '../monitor/pool-stats.js';
import { newTrace, noteSent } from '../monitor/task-trace.js';
import type { PoolSettings } from '../options/pool-options.js';
import type { Limits } from '../scheduler/limits.js';
import { Scheduler, type SchedulerState } from '../scheduler/scheduler.js';
import { Task, type TaskOptions } from '../scheduler/task.js';
import type { WorkerSlot } from '../scheduler/worker-slot.js';
import type { Answer } from '../transport/job.js';
import { scarcityOf } from '../transport/scarcity-of.js';
import type { Transport, TransportEvents, WorkerLeft } from '../transport/transport.js';
import { Alarm } from './alarm.js';
import { KeepAlive } from './keep-alive.js';
import { leavingOf } from './leaving-of.js';
import { outcomeOf } from './outcome.js';
import { QueueGate } from './queue-gate.js';
import type { OpenCall, WorkItem, WorkTask } from './work.js';

/**
 * Gives the scheduler hands: does what it says by the transport, and tells it what happened.
 *
 * ```
 *   calls ──submit, abort──▶ Engine ──events──▶ Scheduler
 *     ▲                        │  ▲                │
 *     └───────── settle ───────┘  └────effects─────┘
 *                              │
 *                              ▼ start, send, abort, retire, kill
 *                          Transport ──▶ workers ──ready, finished, gone──▶ Engine
 * ```
 */
export class Engine implements TransportEvents {
  readonly #pool: string;
  readonly #scheduler: Scheduler<WorkItem>;
  readonly #transport: Transport;
  readonly #slots = new Map<number, WorkerSlot<Task<WorkItem>>>();
  readonly #alarm = new Alarm(() => this.#do(this.#scheduler.tick(performance.now())));
  readonly #keepAlive = new KeepAlive();
  readonly #gate: QueueGate;
  readonly #monitor = new Monitor();
  readonly #openCalls = new Set<OpenCall>();
  #closed = false;
  #joined = false;
  readonly #ended: Deferred<undefined> = deferred<undefined>();
  /** Effects to be done after those that led to them. */
  readonly #pending: (readonly Effect<WorkItem>[])[] = [];
  #doing = false;
  /** The program is kept alive for an unsettled task. */
  #holds = false;

  constructor(settings: PoolSettings, transport: (events: TransportEvents) => Transport) {
    this.#pool = settings.name;
    this.#gate = new QueueGate(settings.maxQueue, () => this.#scheduler.waiting);
    this.#transport = transport(this);
    const { reportsStarts } = this.#transport;
    this.#scheduler = new Scheduler<WorkItem>({ ...settings.limits, reportsStarts });
    this.#do(this.#scheduler.open(performance.now()));
  }

  get state(): SchedulerState {
    return this.#scheduler.state;
  }

  /** For people: what the pool is about. */
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

  get waiting(): number {
    return this.#scheduler.waiting;
  }

  submit(item: WorkItem, options: TaskOptions): WorkTask {
    const task = new Task<WorkItem>(item, options);
    this.#monitor.submitted();
    if (isTraced()) {
      item.trace = newTrace(this.#pool, task);
      traceSubmission(item.trace, () => this.#submit(task));
    } else {
      this.#submit(task);
    }
    return task;
  }

  #submit(task: WorkTask): void {
    this.#do(this.#scheduler.submit(performance.now(), task));
    if (task.payload.trace) task.payload.trace.id = task.seq;
  }

  stats(): PoolStats {
    return this.#monitor.stats(this.#scheduler);
  }

  abort(task: WorkTask, reason: unknown): void {
    this.#do(this.#scheduler.abort(performance.now(), task, reason));
  }

  /** Drops the task if it waits. */
  cancel(task: WorkTask): void {
    this.#do(this.#scheduler.cancel(performance.now(), task));
  }

  /** Drops every task that waits, or is still to be submitted. */
  cancelPending(): void {
    for (const call of [...this.#openCalls]) call.pendingCancelled();
    this.#do(this.#scheduler.cancelWaiting(performance.now()));
  }

  /** Whether another task may wait. */
  get hasRoom(): boolean {
    return this.#gate.hasRoom;
  }

  /** Calls `then` when another task may wait: soon, if that is so already. Returns how to take it back. */
  whenRoom(then: () => void): () => void {
    return this.#gate.whenRoom(then);
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
    this.#closeWhenDone();
  }

  #closeWhenDone(): void {
    if (!this.#closed || this.#openCalls.size > 0) return;
    this.#do(this.#scheduler.close(performance.now()));
  }

  /** Somebody waits for the end: what was called is done whether or not its results are taken. */
  join(): Promise<unknown> {
    this.#joined = true;
    for (const call of this.#openCalls) call.poolJoined();
    return this.holding(this.#ended.promise);
  }

  terminate(): void {
    this.#closed = true;
    this.#do(this.#scheduler.terminate(performance.now()));
    for (const call of this.#openCalls) call.poolTerminated();
    this.#openCalls.clear();
  }

  /** Changes how many workers there may be. */
  resize(size: { readonly min: number; readonly max: number }): void {
    this.#do(this.#scheduler.resize(performance.now(), size));
  }

  /** Keeps the program alive until the promise settles. */
  holding<T>(promise: Promise<T>): Promise<T> {
    return this.#keepAlive.during(promise);
  }

  ready(worker: number): void {
    this.#with(worker, (slot) => this.#scheduler.ready(performance.now(), slot));
  }

  started(worker: number, id: number): void {
    this.#with(worker, (slot) => {
      const task = taskOf(slot, id);
      return task ? this.#scheduler.started(performance.now(), slot, task) : [];
    });
  }

  finished(worker: number, id: number, answer: Answer, verdict: 'ok' | 'failed' | 'in vain'): void {
    this.#with(worker, (slot) => {
      const task = taskOf(slot, id);
      if (!task) return [];
      this.#monitor.ran(answer.ran);
      if (task.payload.trace) task.payload.trace.runTime = answer.ran;
      return this.#scheduler.finished(performance.now(), slot, task, verdict, answer);
    });
  }

  recalled(worker: number, ids: readonly number[]): void {
    this.#with(worker, (slot) => {
      const tasks = slot.hands.filter((task) => ids.includes(task.seq));
      return this.#scheduler.recalled(performance.now(), slot, tasks);
    });
  }

  gone(worker: number, left: WorkerLeft): void {
    this.#with(worker, (slot) => {
      this.#slots.delete(worker);
      if (slot.state === 'idle' && left.cause !== undefined && left.reported !== true) {
        reportFailure(`Exception in a worker of ${this.#pool} that had no task:`, left.cause);
      }
      return this.#scheduler.gone(performance.now(), slot, leavingOf(left));
    });
  }

  #with(
    worker: number,
    tell: (slot: WorkerSlot<Task<WorkItem>>) => readonly Effect<WorkItem>[],
  ): void {
    const slot = this.#slots.get(worker);
    if (slot) this.#do(tell(slot));
  }

  #do(effects: readonly Effect<WorkItem>[]): void {
    if (effects.length > 0) this.#pending.push(effects);
    if (this.#doing) return;
    this.#doing = true;
    try {
      for (let next = this.#pending.shift(); next; next = this.#pending.shift()) {
        for (const effect of next) this.#perform(effect);
      }
    } finally {
      this.#doing = false;
    }
    const { live, starting, idle } = this.#scheduler.crew;
    this.#monitor.count(performance.now(), live - starting - idle.length, live - starting);
    this.#updateHold();
    this.#gate.update();
  }

  #perform(effect: Effect<WorkItem>): void {
    switch (effect.type) {
      case 'start':
        this.#slots.set(effect.slot.id, effect.slot);
        this.#monitor.workerStarted();
        this.#transport.start(effect.slot.id);
        break;
      case 'send':
        this.#send(effect.slot, effect.task);
        break;
      case 'abort': {
        const why = effect.ending.how === 'timed-out' ? 'timed-out' : 'aborted';
        this.#transport.abort(effect.slot.id, effect.task.seq, why);
        break;
      }
      case 'recall':
        this.#transport.recall(effect.slot.id);
        break;
      case 'retire':
        this.#transport.retire(effect.slot.id);
        break;
      case 'kill':
        this.#transport.kill(effect.slot.id);
        break;
      case 'settle':
        this.#settle(effect.task, effect.ending);
        break;
      case 'timer':
        this.#alarm.set(effect.at);
        break;
      case 'scarce':
        this.#warnOfScarcity(effect.reason as WorkerLeft);
        break;
      case 'ended':
        this.#alarm.clear();
        this.#ended.resolve(undefined);
        break;
    }
  }

  #warnOfScarcity(left: WorkerLeft): void {
    const { max } = this.#scheduler.limits;
    const why = scarcityOf(left.startError ?? left.cause) ?? 'the system has no room for more';
    const text = `${this.#pool} goes on with fewer than ${max} workers, and tries to start more later: ${why}`;
    emitWarning(new Error(text, { cause: left.startError ?? left.cause }));
  }

  #settle({ payload }: WorkTask, ending: Ending): void {
    const { trace } = payload;
    const place = { pool: this.#pool, label: payload.target.name, timeout: payload.timeout };
    const outcome = outcomeOf(ending, place);
    this.#monitor.settled(ending, outcome.ok);
    // A program without its guard is wrong as a whole, whether or not it looks at this result.
    if (!outcome.ok && hasCode(outcome.error, 'MANYCORE_BOOTSTRAP')) failProgram();
    if (!trace) {
      payload.settle(outcome);
      return;
    }
    trace.settledAt = performance.now();
    if (!outcome.ok) trace.error = outcome.error;
    traceSettlement(trace, () => payload.settle(outcome));
  }

  #send(slot: WorkerSlot<Task<WorkItem>>, task: WorkTask): void {
    this.#monitor.sent(task);
    if (task.payload.trace) noteSent(task.payload.trace, task, slot.id);
    try {
      const moved = this.#transport.send(slot.id, task.seq, task.payload, task.attempt);
      if (moved) this.#scheduler.moved(task);
    } catch (error) {
      this.#do(this.#scheduler.refused(performance.now(), slot, task, error));
    }
  }

  /** While a task is unsettled, somebody waits. */
  #updateHold(): void {
    const wanted = this.#scheduler.unsettled > 0;
    if (wanted === this.#holds) return;
    this.#holds = wanted;
    if (wanted) this.#keepAlive.hold();
    else this.#keepAlive.release();
  }
}

function taskOf(slot: WorkerSlot<Task<WorkItem>>, id: number): WorkTask | undefined {
  return slot.hands.find((task) => task.seq === id);
}

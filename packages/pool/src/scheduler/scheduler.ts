import { TimeoutError } from '@manycore/core';
import { Autoscaler } from './autoscaler.js';
import { type Effect, EffectQueue } from './effect-queue.js';
import {
  hadBegun,
  type Limits,
  type StartFailure,
  type Task,
  type TaskResult,
  type WorkerExit,
  type WorkerSlot,
} from './records.js';
import { TaskTable } from './task-table.js';
import type { WorkerRegistry } from './worker-registry.js';

/** See README.md, "The pool". */
export type SchedulerState = 'open' | 'closing' | 'broken' | 'ending' | 'ended';

/**
 * Decides which worker runs what, and when to start, retire and kill workers. Pure: no I/O, no timers,
 * no promises. States, transitions and guarantees are in README.md beside this file.
 *
 * Each method says what happened, at the time `now` (milliseconds on a clock that never goes back), and
 * returns what is to be done. An event of a worker that has exited is ignored.
 */
export class Scheduler<P> {
  readonly #effects = new EffectQueue<P>();
  readonly #tasks: TaskTable<P>;
  readonly #autoscaler: Autoscaler<P>;
  #state: SchedulerState = 'open';
  /** Why the pool is broken. */
  #cause: StartFailure | undefined;
  /** Tasks that come now are cancelled. */
  #cancels = false;

  constructor(limits: Limits) {
    this.#tasks = new TaskTable(this.#effects, limits.abortGrace);
    this.#autoscaler = new Autoscaler(this.#effects, this.#tasks, limits);
  }

  get state(): SchedulerState {
    return this.#state;
  }

  /** Why the pool is broken. */
  get cause(): StartFailure | undefined {
    return this.#cause;
  }

  /** The last failure of a row that is too long, although other workers are ready: see `warmUp`. */
  get refusal(): StartFailure | undefined {
    return this.#autoscaler.refusal;
  }

  get limits(): Limits {
    return this.#autoscaler.limits;
  }

  /** Tasks in the queue. */
  get waiting(): number {
    return this.#tasks.waiting;
  }

  /** Tasks that wait behind the one that their worker runs. */
  get ahead(): number {
    return this.#tasks.unbegun > 0 ? this.#autoscaler.workers.stealable : 0;
  }

  get unsettled(): number {
    return this.#tasks.unsettled;
  }

  get workers(): Pick<WorkerRegistry<P>, 'slots' | 'idle' | 'live' | 'starting'> {
    return this.#autoscaler.workers;
  }

  /** Starts the workers that are kept ahead. */
  open(now: number): readonly Effect<P>[] {
    return this.#step(now);
  }

  /**
   * Starts workers until there are `count`, which are kept as if tasks had needed them. Until `isWarm`, the state
   * is not open, or there is another `refusal`, a worker is being started or a timer is set.
   */
  warmUp(now: number, count: number): readonly Effect<P>[] {
    this.#autoscaler.keep(count);
    return this.#step(now);
  }

  /** Whether so many workers are ready, or all that there can be. */
  isWarm(count: number): boolean {
    return this.#autoscaler.isWarm(count);
  }

  submit(now: number, task: Task<P>): readonly Effect<P>[] {
    this.#tasks.add(now, task);
    if (this.#state === 'broken' && this.#cause) {
      this.#tasks.settle(now, task, { status: 'broken', cause: this.#cause });
    } else if (this.#cancels) {
      this.#tasks.settle(now, task, { status: 'cancelled' });
    } else if (this.#state !== 'open') {
      this.#tasks.settle(now, task, { status: 'terminated' });
    }
    return this.#step(now);
  }

  /** Gives this result to a task that waits, or that its worker has not begun; any other is left alone. */
  drop(now: number, task: Task<P>, result: TaskResult): readonly Effect<P>[] {
    if (task.state === 'waiting') this.#tasks.settle(now, task, result);
    else if (task.state === 'sent') this.#dropSent(task, result);
    return this.#step(now);
  }

  /** Drops all tasks that wait and all that are still to come. What a worker has begun is finished. */
  cancelWaiting(now: number): readonly Effect<P>[] {
    this.#cancels = true;
    this.#tasks.settleAllWaiting(now, { status: 'cancelled' });
    for (const slot of this.workers.slots) {
      for (const task of slot.inFlight) if (task.state === 'sent') this.#dropSent(task, { status: 'cancelled' });
    }
    return this.#step(now);
  }

  /** The caller abandons the task, for the reason `error`. */
  abort(now: number, task: Task<P>, error: unknown): readonly Effect<P>[] {
    this.#tasks.settle(now, task, { status: 'aborted', error });
    return this.#step(now);
  }

  ready(now: number, slot: WorkerSlot<P>): readonly Effect<P>[] {
    if (slot.state === 'starting') {
      slot.readyAt = now;
      this.#autoscaler.markIdle(now, slot);
    }
    return this.#step(now);
  }

  /** How many tasks the worker may have in flight from now on: where the transport reports starts. */
  setWindow(now: number, slot: WorkerSlot<P>, window: number): readonly Effect<P>[] {
    if (this.limits.reportsStarts) slot.window = window;
    return this.#step(now);
  }

  /** The worker began a task that was sent to it. */
  started(now: number, slot: WorkerSlot<P>, task: Task<P>): readonly Effect<P>[] {
    if (task.slot === slot) this.#tasks.begin(now, task, slot);
    return this.#step(now);
  }

  /** The worker finished a task. `failed`: it may be tried again; `fatal`: another attempt would fail too. */
  finished(now: number, slot: WorkerSlot<P>, task: Task<P>, result: TaskResult): readonly Effect<P>[] {
    if (task.slot === slot) {
      this.#autoscaler.markProven(slot);
      slot.progressAt = now;
      this.#tasks.letGo(task, slot);
      if (result.status !== 'failed' || !this.#tasks.retry(task)) this.#tasks.settle(now, task, result);
      this.#inFlightChanged(now, slot);
    }
    return this.#step(now);
  }

  /** Something of the task was transferred to the worker, so that it is nowhere else now. */
  moved(task: Task<P>): void {
    task.moved = true;
  }

  /** The task could not be sent to the worker, which does not know of it. */
  sendFailed(now: number, slot: WorkerSlot<P>, task: Task<P>, error: unknown): readonly Effect<P>[] {
    if (task.slot === slot) {
      slot.taskCount -= 1;
      this.#tasks.letGo(task, slot);
      this.#tasks.settle(now, task, { status: 'unsendable', error });
      this.#inFlightChanged(now, slot);
    }
    return this.#step(now);
  }

  /** The answer to `recall`: the worker will not begin the task, or it has begun it. */
  recalled(
    now: number,
    slot: WorkerSlot<P>,
    task: Task<P>,
    outcome: 'recalled' | 'begun',
  ): readonly Effect<P>[] {
    if (task.slot === slot) {
      task.recalling = false;
      if (outcome === 'begun') {
        this.#tasks.begin(now, task, slot);
      } else {
        slot.taskCount -= 1;
        this.#tasks.letGo(task, slot);
        if (task.dropped) this.#tasks.settle(now, task, task.dropped);
        else if (task.state !== 'settled') this.#tasks.putBack(task);
      }
      task.dropped = undefined;
      if (slot.killPending) this.#autoscaler.killWhenRecalled(slot);
      else this.#inFlightChanged(now, slot);
    }
    return this.#step(now);
  }

  /** The worker exited: no more events come from it. */
  exited(now: number, slot: WorkerSlot<P>, exit: WorkerExit): readonly Effect<P>[] {
    if (slot.state === 'gone') return this.#step(now);
    const isStartFailure = this.#autoscaler.isStartFailure(now, slot);
    this.#autoscaler.workers.remove(slot, 'gone');
    for (const task of [...slot.inFlight]) {
      const begun = task.state === 'running' && hadBegun(exit, task.seq);
      this.#tasks.letGo(task, slot);
      if (task.state === 'settled') continue;
      if (task.moved) {
        const moved = !begun || task.retriesLeft > 0;
        this.#tasks.settle(now, task, { status: 'died', exit, moved });
      } else if (!begun) {
        this.#tasks.putBack(task);
      } else if (!(slot.killedForTask ? this.#tasks.rerun(task) : this.#tasks.retry(task))) {
        this.#tasks.settle(now, task, { status: 'died', exit, killedForTask: slot.killedForTask });
      }
    }
    slot.deadline = Infinity;
    if (isStartFailure || exit.shortage !== undefined) this.#startFailed(now, exit);
    return this.#step(now);
  }

  /** Changes how many workers there may be. Busy workers beyond `max` finish their current tasks. */
  resize(now: number, size: { readonly min: number; readonly max: number }): readonly Effect<P>[] {
    this.#autoscaler.resize(size);
    return this.#step(now);
  }

  /** No more tasks come; those that wait are still run. */
  close(now: number): readonly Effect<P>[] {
    if (this.#state === 'open') this.#state = 'closing';
    else if (this.#state === 'broken') this.#state = 'ending';
    return this.#step(now);
  }

  /** Ends all tasks and workers. */
  terminate(now: number): readonly Effect<P>[] {
    if (this.#state !== 'ended') {
      this.#state = 'ending';
      this.#dropAll(now, { status: 'terminated' });
    }
    return this.#step(now);
  }

  /** Handles what was due at `now`. */
  tick(now: number): readonly Effect<P>[] {
    this.#effects.fired();
    this.#tasks.tick(now);
    const { startTimeout } = this.limits;
    for (let late = this.#autoscaler.tick(now); late > 0; late -= 1) {
      this.#startFailed(now, new TimeoutError(`a worker was not ready within ${startTimeout} ms`));
    }
    return this.#step(now);
  }

  /** Updates workers and queue after a change, and returns what is to be done. */
  #step(now: number): readonly Effect<P>[] {
    const autoscaler = this.#autoscaler;
    const tasks = this.#tasks;
    if (this.#state === 'open' || this.#state === 'closing') {
      const crowded = this.#dispatch(now);
      autoscaler.scaleDown(now);
      if (this.#state === 'closing' && tasks.waiting + tasks.unbegun === 0) autoscaler.retireIdle(now);
      autoscaler.scaleUp(now, this.#state === 'open', crowded);
      autoscaler.rebalance();
      autoscaler.reportScarcity();
    }
    const isLeaving = this.#state === 'closing' || this.#state === 'ending';
    if (isLeaving && tasks.unsettled === 0 && autoscaler.workers.slots.size === 0) {
      this.#state = 'ended';
      this.#effects.push({ type: 'ended' });
    }
    return this.#effects.take();
  }

  /** Gives tasks to workers with room. How many went to workers that run others, each of which may use the processor. */
  #dispatch(now: number): number {
    const { workers, limits } = this.#autoscaler;
    let crowded = 0;
    for (let task = this.#tasks.next; task; task = this.#tasks.next) {
      const slot = workers.nextFree(now, limits);
      if (!slot) break;
      if (slot.state === 'idle') workers.markBusy(slot);
      else if (limits.concurrency > 1) crowded += 1;
      this.#tasks.give(now, task, slot, !limits.reportsStarts);
    }
    return crowded;
  }

  /** A worker let go of something: it may have nothing to do now. */
  #inFlightChanged(now: number, slot: WorkerSlot<P>): void {
    if (slot.state === 'busy' && slot.inFlight.size === 0) this.#autoscaler.markIdle(now, slot);
  }

  /** The worker has the task, and may begin it meanwhile. */
  #dropSent(task: Task<P>, result: TaskResult): void {
    task.dropped = result;
    this.#autoscaler.recall(task);
  }

  #startFailed(now: number, failure: StartFailure): void {
    if (this.#state !== 'open' && this.#state !== 'closing') return;
    if (!this.#autoscaler.noteFailure(now, failure)) return;
    this.#cause = failure;
    this.#state = this.#state === 'open' ? 'broken' : 'ending';
    this.#dropAll(now, { status: 'broken', cause: failure });
  }

  /** Ends all workers, and settles all tasks. */
  #dropAll(now: number, result: TaskResult): void {
    const inFlight: Task<P>[] = [];
    for (const slot of this.workers.slots) {
      inFlight.push(...slot.inFlight);
      this.#autoscaler.kill(slot);
    }
    for (const task of inFlight) this.#tasks.settle(now, task, result);
    this.#tasks.settleAllWaiting(now, result);
  }
}

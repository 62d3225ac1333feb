import { TimeoutError } from '@manycore/core';
import { Agenda } from './agenda.js';
import type { Crew } from './crew.js';
import type { Effect, Ending, Leaving } from './effect.js';
import type { Limits } from './limits.js';
import { Staffing } from './staffing.js';
import type { Task } from './task.js';
import { TaskBook } from './task-book.js';
import type { WorkerSlot } from './worker-slot.js';

/** See README.md, "The pool". */
export type SchedulerState = 'open' | 'closing' | 'broken' | 'ending' | 'ended';

/**
 * Decides which worker runs what, and when to start, retire and kill workers. Pure: no I/O, no timers,
 * no promises. States, transitions and promises are in README.md beside this file.
 *
 * Each method says what happened, at the time `now` (milliseconds on a clock that never goes back), and
 * returns what is to be done. What a method is told of a worker that is gone is dropped.
 */
export class Scheduler<P> {
  readonly #agenda = new Agenda<P>();
  readonly #book: TaskBook<P>;
  readonly #staffing: Staffing<P>;
  #state: SchedulerState = 'open';
  /** Why the pool is broken. */
  #cause: unknown;
  /** Tasks that come now are cancelled. */
  #cancels = false;

  constructor(limits: Limits) {
    this.#book = new TaskBook(this.#agenda, limits.abortGrace);
    this.#staffing = new Staffing(this.#agenda, this.#book, limits);
  }

  get state(): SchedulerState {
    return this.#state;
  }

  get limits(): Limits {
    return this.#staffing.limits;
  }

  /** Tasks that nobody has in hand. */
  get waiting(): number {
    return this.#book.waiting;
  }

  get unsettled(): number {
    return this.#book.unsettled;
  }

  get crew(): Pick<Crew<P>, 'slots' | 'idle' | 'live' | 'starting'> {
    return this.#staffing.crew;
  }

  /** Starts the workers that are kept ahead. */
  open(now: number): readonly Effect<P>[] {
    return this.#step(now);
  }

  submit(now: number, task: Task<P>): readonly Effect<P>[] {
    this.#book.enter(now, task);
    if (this.#state === 'broken') {
      this.#book.settle(now, task, { how: 'broken', cause: this.#cause });
    } else if (this.#cancels) {
      this.#book.settle(now, task, { how: 'cancelled' });
    } else if (this.#state !== 'open') {
      this.#book.settle(now, task, { how: 'terminated' });
    }
    return this.#step(now);
  }

  /** Drops a task that waits; any other is left alone. */
  cancel(now: number, task: Task<P>): readonly Effect<P>[] {
    if (task.state === 'waiting') this.#book.settle(now, task, { how: 'cancelled' });
    return this.#step(now);
  }

  /** Drops all tasks that wait and all that are still to come. What was sent to a worker is finished. */
  cancelWaiting(now: number): readonly Effect<P>[] {
    this.#cancels = true;
    this.#book.settleAllWaiting(now, { how: 'cancelled' });
    return this.#step(now);
  }

  /** The caller gives the task up. */
  abort(now: number, task: Task<P>, reason: unknown): readonly Effect<P>[] {
    this.#book.settle(now, task, { how: 'aborted', reason });
    return this.#step(now);
  }

  ready(now: number, slot: WorkerSlot<Task<P>>): readonly Effect<P>[] {
    if (slot.state === 'starting') {
      slot.readyAt = now;
      this.#staffing.rest(now, slot);
    }
    return this.#step(now);
  }

  /** How many tasks the worker may have in hand from now on; 1 unless the transport reports starts. */
  setWindow(now: number, slot: WorkerSlot<Task<P>>, window: number): readonly Effect<P>[] {
    if (this.limits.reportsStarts) slot.window = window;
    return this.#step(now);
  }

  /** The worker began a task that was sent to it. */
  started(now: number, slot: WorkerSlot<Task<P>>, task: Task<P>): readonly Effect<P>[] {
    if (task.slot === slot) this.#book.begin(now, task, slot);
    return this.#step(now);
  }

  /** The worker is done with a task. `failed`: it may be tried again; `in vain`: that would be no use. */
  finished(
    now: number,
    slot: WorkerSlot<Task<P>>,
    task: Task<P>,
    verdict: 'ok' | 'failed' | 'in vain',
    answer: unknown,
  ): readonly Effect<P>[] {
    if (task.slot === slot) {
      this.#staffing.prove(slot);
      this.#book.letGo(task, slot);
      if (verdict !== 'failed' || !this.#book.retry(task)) {
        this.#book.settle(now, task, { how: 'answered', answer });
      }
      this.#handsChanged(now, slot);
    }
    return this.#step(now);
  }

  /** What was sent to the worker went with something that is nowhere else now. */
  moved(task: Task<P>): void {
    task.moved = true;
  }

  /** The task could not be sent to the worker, which does not know of it. */
  refused(now: number, slot: WorkerSlot<Task<P>>, task: Task<P>, error: unknown): readonly Effect<P>[] {
    if (task.slot === slot) {
      slot.given -= 1;
      this.#book.letGo(task, slot);
      this.#book.settle(now, task, { how: 'refused', error });
      this.#handsChanged(now, slot);
    }
    return this.#step(now);
  }

  /** The answer to `recall`: these will not be begun; whatever else the worker had then has begun. */
  recalled(now: number, slot: WorkerSlot<Task<P>>, tasks: readonly Task<P>[]): readonly Effect<P>[] {
    slot.recalling = false;
    for (const task of tasks) {
      if (task.slot !== slot) continue;
      slot.given -= 1;
      this.#book.letGo(task, slot);
      if (task.state !== 'settled') this.#book.putBack(task);
    }
    if (slot.doomed) this.#staffing.execute(slot);
    else this.#handsChanged(now, slot);
    return this.#step(now);
  }

  /** The worker left: nothing more comes from it. */
  gone(now: number, slot: WorkerSlot<Task<P>>, leaving: Leaving): readonly Effect<P>[] {
    if (slot.state === 'gone') return this.#step(now);
    const failure = this.#staffing.isStartFailure(now, slot);
    this.#staffing.crew.dismiss(slot, 'gone');
    for (const task of [...slot.hands]) {
      const begun = task.state === 'running' && leaving.unbegun !== true;
      this.#book.letGo(task, slot);
      if (task.state === 'settled') continue;
      if (task.moved) {
        const moved = !begun || task.retriesLeft > 0;
        this.#book.settle(now, task, { how: 'died', leaving, moved });
      } else if (!begun) this.#book.putBack(task);
      else if (!this.#book.retry(task)) this.#book.settle(now, task, { how: 'died', leaving });
    }
    slot.deadline = Infinity;
    if (failure || leaving.scarce === true) this.#startFailed(now, leaving);
    return this.#step(now);
  }

  /** Changes how many workers there may be. Those at work beyond `max` finish what they run. */
  resize(now: number, size: { readonly min: number; readonly max: number }): readonly Effect<P>[] {
    this.#staffing.resize(size);
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
      this.#dropAll(now, { how: 'terminated' });
    }
    return this.#step(now);
  }

  /** What was due at `now` happens. */
  tick(now: number): readonly Effect<P>[] {
    this.#agenda.fired();
    this.#book.tick(now);
    const { startTimeout } = this.limits;
    for (let late = this.#staffing.tick(now); late > 0; late -= 1) {
      const reason = new TimeoutError(`a worker was not ready within ${startTimeout} ms`);
      this.#startFailed(now, { reason });
    }
    return this.#step(now);
  }

  /** Brings everything up to date after a change, and hands out what is to be done. */
  #step(now: number): readonly Effect<P>[] {
    const staffing = this.#staffing;
    const book = this.#book;
    if (this.#state === 'open' || this.#state === 'closing') {
      this.#dispatch(now);
      staffing.shed(now);
      if (this.#state === 'closing' && book.waiting + book.unbegun === 0) staffing.clear(now);
      staffing.hire(now, this.#state === 'open');
      staffing.balance();
      staffing.tellScarcity();
    }
    const leaving = this.#state === 'closing' || this.#state === 'ending';
    if (leaving && book.unsettled === 0 && staffing.crew.slots.size === 0) {
      this.#state = 'ended';
      this.#agenda.push({ type: 'ended' });
    }
    return this.#agenda.take();
  }

  #dispatch(now: number): void {
    const { crew, limits } = this.#staffing;
    for (let task = this.#book.next; task; task = this.#book.next) {
      const slot = crew.nextFree(limits.maxTasksPerWorker);
      if (!slot) return;
      if (slot.state === 'idle') crew.occupy(slot);
      this.#book.give(now, task, slot, !limits.reportsStarts);
    }
  }

  /** A worker let go of something: it may have nothing to do now. */
  #handsChanged(now: number, slot: WorkerSlot<Task<P>>): void {
    if (slot.state === 'busy' && slot.hands.length === 0) this.#staffing.rest(now, slot);
  }

  #startFailed(now: number, leaving: Leaving): void {
    if (this.#state !== 'open' && this.#state !== 'closing') return;
    if (!this.#staffing.noteFailure(now, leaving)) return;
    this.#cause = leaving.reason;
    this.#state = this.#state === 'open' ? 'broken' : 'ending';
    this.#dropAll(now, { how: 'broken', cause: this.#cause });
  }

  /** Ends all workers, and settles all tasks. */
  #dropAll(now: number, ending: Ending): void {
    const inHand: Task<P>[] = [];
    for (const slot of this.crew.slots) {
      inHand.push(...slot.hands);
      this.#staffing.kill(slot);
    }
    for (const task of inHand) this.#book.settle(now, task, ending);
    this.#book.settleAllWaiting(now, ending);
  }
}

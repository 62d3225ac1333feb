import type { Agenda } from './agenda.js';
import { Crew } from './crew.js';
import type { Leaving } from './effect.js';
import type { Limits } from './limits.js';
import { Scarcity } from './scarcity.js';
import { StartFailures } from './start-failures.js';
import type { TaskBook } from './task-book.js';
import type { Task } from './task.js';
import type { WorkerSlot } from './worker-slot.js';

/** A worker that was ready for less than this (ms) and left without having done anything failed to start. */
const shortLife = 1000;
/** How long (ms) a worker that is to be killed is spared for a recall that is not answered. */
const recallLimit = 1000;

/** How many workers there are: starts those that are wanted, lets go those that are not. */
export class Staffing<P> {
  readonly crew: Crew<P> = new Crew<P>();
  readonly #failures = new StartFailures();
  readonly #scarcity = new Scarcity();
  /** Why a start failed for want of something, until that is told. */
  #untold: { readonly reason: unknown } | undefined;
  #isTold = false;
  readonly #agenda: Agenda<P>;
  readonly #book: TaskBook<P>;
  #limits: Limits;
  /** How many workers are kept although nobody needs them now: they were needed once. */
  #kept = 0;

  constructor(agenda: Agenda<P>, book: TaskBook<P>, limits: Limits) {
    this.#agenda = agenda;
    this.#book = book;
    this.#limits = limits;
  }

  get limits(): Limits {
    return this.#limits;
  }

  resize(size: { readonly min: number; readonly max: number }): void {
    this.#limits = { ...this.#limits, ...size };
    this.#kept = Math.min(this.#kept, size.max);
  }

  /** Starts the workers that are wanted: `keeping` says whether also those that nobody needs now. */
  hire(now: number, keeping: boolean): void {
    const { min, max, startTimeout } = this.#limits;
    const floor = keeping ? Math.min(Math.max(min, this.#kept), max) : 0;
    while (this.crew.live < max && (this.crew.live < floor || this.#isDemanded())) {
      if (this.crew.live >= this.#scarcity.limit(now, max)) {
        // While one is being started, how that ends decides.
        if (now < this.#scarcity.retryAt) this.#agenda.wakeAt(this.#scarcity.retryAt);
        return;
      }
      if (now < this.#failures.retryAt) {
        this.#agenda.wakeAt(this.#failures.retryAt);
        return;
      }
      const slot = this.crew.hire(now);
      this.#kept = Math.max(this.#kept, this.crew.live);
      this.#limitSlot(slot, now + startTimeout);
      this.#agenda.push({ type: 'start', slot });
    }
  }

  /** Lets go the workers beyond `max`; those at work leave when their hands are empty. */
  shed(now: number): void {
    const { crew } = this;
    let { max } = this.#limits;
    if (crew.starting === 0) {
      this.#scarcity.settle(crew.live);
      max = Math.min(max, this.#scarcity.ceiling);
    }
    if (crew.staying <= max) return;
    for (const state of ['idle', 'starting', 'busy'] as const) {
      for (const slot of crew.slots) {
        if (crew.staying <= max) return;
        if (slot.state !== state) continue;
        if (state === 'busy') crew.markLeaving(slot);
        else this.retire(now, slot);
      }
    }
  }

  /** Lets go the workers that have nothing to do and never will. */
  clear(now: number): void {
    for (const slot of this.crew.slots) {
      if (slot.state === 'idle' || slot.state === 'starting') this.retire(now, slot);
    }
  }

  /** Sees to it that nobody is idle while another has tasks in hand that it has not begun. */
  balance(): void {
    if (this.#book.unbegun === 0 || this.crew.idle.length === 0) return;
    const slot = this.crew.fullest();
    if (slot) this.#recall(slot);
  }

  /** A starting or busy worker has nothing to do: it rests, or leaves if it has served its time. */
  rest(now: number, slot: WorkerSlot<Task<P>>): void {
    if (slot.leaving || slot.given >= this.#limits.maxTasksPerWorker) {
      this.retire(now, slot);
      return;
    }
    const isNew = slot.state === 'starting';
    this.crew.rest(slot);
    if (isNew) this.#scarcity.noteReady(this.crew.live, this.crew.starting, this.#limits.max);
    this.#limitSlot(slot, now + this.#limits.idleTimeout);
  }

  retire(now: number, slot: WorkerSlot<Task<P>>): void {
    this.crew.dismiss(slot, 'retiring');
    this.#agenda.push({ type: 'retire', slot });
    this.#limitSlot(slot, now + this.#limits.retireGrace);
  }

  kill(slot: WorkerSlot<Task<P>>): void {
    if (slot.state === 'dying') return;
    this.crew.dismiss(slot, 'dying');
    slot.deadline = Infinity;
    this.#agenda.push({ type: 'kill', slot });
  }

  /** Kills a doomed worker, but what it has not begun must not die with it. */
  execute(slot: WorkerSlot<Task<P>>): void {
    if (slot.state !== 'busy') return;
    if (slot.spare > 0) this.#recall(slot);
    else this.kill(slot);
  }

  /** The worker finished a task: it is of use, so what ends it later is no start failure. */
  prove(slot: WorkerSlot<Task<P>>): void {
    if (slot.proven) return;
    slot.proven = true;
    this.#failures.forget();
  }

  /** Whether a worker that is gone now, and was in that state, failed to start. */
  isStartFailure(now: number, slot: WorkerSlot<Task<P>>): boolean {
    if (slot.state === 'starting') return true;
    return slot.state === 'idle' && !slot.proven && now - slot.readyAt < shortLife;
  }

  /** Notes a start failure; true when no more attempt makes sense. */
  noteFailure(now: number, { killed, scarce, reason }: Leaving): boolean {
    if (scarce === true) {
      this.#scarcity.note(now, this.crew.live);
      this.#untold ??= { reason };
      // A pool with workers is merely smaller.
      if (this.crew.live > 0) return false;
    }
    return this.#failures.note(now, killed === true || scarce === true) && this.crew.ready === 0;
  }

  /** Tells once that the pool is smaller than it should be, when it is not broken after all. */
  tellScarcity(): void {
    if (!this.#untold || this.#isTold || this.crew.ready === 0) return;
    this.#isTold = true;
    this.#agenda.push({ type: 'scarce', reason: this.#untold.reason });
  }

  /** Deals with the slots whose deadline has come; returns how many took too long to start. */
  tick(now: number): number {
    let late = 0;
    for (const slot of this.crew.slots) {
      if (slot.deadline <= now) {
        if (slot.state === 'starting') late += 1;
        this.#slotDue(now, slot);
      }
      this.#agenda.wakeAt(slot.deadline);
    }
    return late;
  }

  #slotDue(now: number, slot: WorkerSlot<Task<P>>): void {
    slot.deadline = Infinity;
    if (slot.state === 'idle') {
      if (this.crew.live <= this.#limits.min) return;
      this.#kept = Math.max(this.#limits.min, this.crew.live - 1);
      this.retire(now, slot);
    } else if (slot.state === 'busy' && !slot.doomed) {
      slot.doomed = true;
      this.execute(slot);
      // Only one that was not killed at once is a slot to wait for.
      if (slot.recalling) this.#limitSlot(slot, now + recallLimit);
    } else {
      this.kill(slot);
    }
  }

  #isDemanded(): boolean {
    const { starting, spare } = this.crew;
    return starting < this.#book.waiting + (this.#book.unbegun > 0 ? spare : 0);
  }

  #recall(slot: WorkerSlot<Task<P>>): void {
    if (slot.recalling) return;
    slot.recalling = true;
    this.#agenda.push({ type: 'recall', slot });
  }

  #limitSlot(slot: WorkerSlot<Task<P>>, at: number): void {
    slot.deadline = at;
    this.#agenda.wakeAt(at);
  }
}

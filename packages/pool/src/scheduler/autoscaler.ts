import type { EffectQueue } from './effect-queue.js';
import type { Limits, StartFailure, Task, WorkerExit, WorkerSlot } from './records.js';
import { Scarcity, StartFailures } from './start-failures.js';
import type { TaskTable } from './task-table.js';
import { WorkerRegistry } from './worker-registry.js';

/** A worker that was ready for less than this (ms) and exited without having done anything failed to start. */
const shortLife = 1000;
/** How long (ms) a worker that is to be killed is spared for a recall that is not answered. */
const recallLimit = 1000;

/** Decides how many workers there are: starts those that are wanted, and retires those that are not. */
export class Autoscaler<P> {
  readonly workers: WorkerRegistry<P> = new WorkerRegistry<P>();
  readonly #failures: StartFailures;
  readonly #scarcity = new Scarcity();
  /** The start that failed for a shortage, until the effect `scarce` reports it. */
  #untold: WorkerExit | undefined;
  #isTold = false;
  readonly #effects: EffectQueue<P>;
  readonly #tasks: TaskTable<P>;
  #limits: Limits;
  /** How many workers are kept although no task needs them now: they were needed once. */
  #kept = 0;
  #refusal: StartFailure | undefined;

  constructor(effects: EffectQueue<P>, tasks: TaskTable<P>, limits: Limits) {
    this.#effects = effects;
    this.#tasks = tasks;
    this.#limits = limits;
    this.#failures = new StartFailures(limits.startTimeout);
  }

  get limits(): Limits {
    return this.#limits;
  }

  /** The last failure that was one too many in a row, although other workers were ready. */
  get refusal(): StartFailure | undefined {
    return this.#refusal;
  }

  /** Keeps so many workers, as if tasks had needed them. */
  keep(count: number): void {
    this.#kept = Math.max(this.#kept, Math.min(count, this.#limits.max));
  }

  /** Whether so many workers are ready, or all that there can be. */
  isWarm(count: number): boolean {
    const { ready, starting } = this.workers;
    if (ready >= count) return true;
    // Fewer are kept if some were idle for too long meanwhile, or the pool was made smaller.
    return starting === 0 && ready >= Math.min(this.#floor, this.#scarcity.ceiling);
  }

  get #floor(): number {
    const { min, max } = this.#limits;
    return Math.min(Math.max(min, this.#kept), max);
  }

  resize(size: { readonly min: number; readonly max: number }): void {
    this.#limits = { ...this.#limits, ...size };
    this.#kept = Math.min(this.#kept, size.max);
  }

  /**
   * Starts the workers that are wanted: `keeping` says whether also those that no task needs now. `crowded` is how many
   * tasks were given to workers that run others.
   */
  scaleUp(now: number, keeping: boolean, crowded: number): void {
    const { max, startTimeout, concurrency } = this.#limits;
    const { workers } = this;
    while (workers.live < max && ((keeping && workers.live < this.#floor) || this.#isDemanded(keeping ? crowded : 0))) {
      if (workers.live >= this.#scarcity.limit(now, max)) {
        // While a worker is being started, the end of that start decides.
        if (now < this.#scarcity.retryAt) this.#effects.wakeAt(this.#scarcity.retryAt);
        return;
      }
      if (now < this.#failures.retryAt) {
        this.#effects.wakeAt(this.#failures.retryAt);
        return;
      }
      const slot = workers.add(now, concurrency);
      this.#kept = Math.max(this.#kept, workers.live);
      this.#setDeadline(slot, now + startTimeout);
      this.#effects.push({ type: 'start', slot });
    }
  }

  /** Retires the workers beyond `max`; busy ones retire after their current tasks. */
  scaleDown(now: number): void {
    const { workers } = this;
    let { max } = this.#limits;
    if (workers.starting === 0) {
      this.#scarcity.settle(workers.live);
      max = Math.min(max, this.#scarcity.ceiling);
    }
    if (workers.staying <= max) return;
    for (const state of ['idle', 'starting', 'busy'] as const) {
      for (const slot of workers.slots) {
        if (workers.staying <= max) return;
        if (slot.state !== state) continue;
        if (state === 'busy') workers.markDraining(slot);
        else this.retire(now, slot);
      }
    }
  }

  /** Retires the workers that have nothing to do and never will. */
  retireIdle(now: number): void {
    for (const slot of this.workers.slots) {
      if (slot.state === 'idle' || slot.state === 'starting') this.retire(now, slot);
    }
  }

  /** Recalls a task for each idle worker, while others have tasks in flight that they have not begun. */
  rebalance(): void {
    const { workers } = this;
    if (this.#tasks.unbegun === 0 || workers.idle.length === 0) return;
    for (let wanted = workers.idle.length - workers.recalling; wanted > 0; wanted -= 1) {
      const task = workers.nextStealable();
      if (!task) return;
      this.recall(task);
    }
  }

  /** A starting or busy worker has nothing to do: it is idle, or retires if it has run enough tasks. */
  markIdle(now: number, slot: WorkerSlot<P>): void {
    if (slot.draining || slot.taskCount >= this.#limits.maxTasksPerWorker) {
      this.retire(now, slot);
      return;
    }
    const isNew = slot.state === 'starting';
    const { workers } = this;
    workers.markIdle(slot);
    if (isNew) this.#scarcity.noteReady(workers.live, workers.starting, this.#limits.max);
    this.#setDeadline(slot, now + this.#limits.idleTimeout);
  }

  retire(now: number, slot: WorkerSlot<P>): void {
    this.workers.remove(slot, 'retiring');
    this.#effects.push({ type: 'retire', slot });
    this.#setDeadline(slot, now + this.#limits.retireGrace);
  }

  kill(slot: WorkerSlot<P>): void {
    if (slot.state === 'dying') return;
    this.workers.remove(slot, 'dying');
    slot.deadline = Infinity;
    this.#effects.push({ type: 'kill', slot });
  }

  /** Kills a worker, but not before the tasks that it has not begun are recalled. */
  killWhenRecalled(slot: WorkerSlot<P>): void {
    if (slot.state !== 'busy') return;
    for (let task = slot.nextStealable; task; task = slot.nextStealable) this.recall(task);
    if (slot.stealable > 0) return;
    slot.killedForTask = true;
    this.kill(slot);
  }

  /** The worker finished a task: what ends it later is no start failure. */
  markProven(slot: WorkerSlot<P>): void {
    if (slot.proven) return;
    slot.proven = true;
    this.#failures.forget();
  }

  /** Whether a worker that has exited now, and was in that state, failed to start. */
  isStartFailure(now: number, slot: WorkerSlot<P>): boolean {
    if (slot.state === 'starting') return true;
    return slot.state === 'idle' && !slot.proven && now - slot.readyAt < shortLife;
  }

  /** Notes a start failure; true when no more attempt makes sense. */
  noteFailure(now: number, failure: StartFailure): boolean {
    const { workers } = this;
    let isTransient = false;
    if (!(failure instanceof Error)) {
      const isShort = failure.shortage !== undefined;
      if (isShort) {
        this.#scarcity.note(now, workers.live);
        this.#untold ??= failure;
        // A pool with workers is merely smaller.
        if (workers.live > 0) return false;
      }
      isTransient = failure.killed === true || isShort;
    }
    if (!this.#failures.note(now, isTransient)) return false;
    this.#refusal = failure;
    return workers.ready === 0;
  }

  /** Tells once that the pool is smaller than it should be, when it is not broken after all. */
  reportScarcity(): void {
    if (!this.#untold || this.#isTold || this.workers.ready === 0) return;
    this.#isTold = true;
    this.#effects.push({ type: 'scarce', exit: this.#untold });
  }

  /** Handles the slots whose deadline has come; returns how many took too long to start. */
  tick(now: number): number {
    let late = 0;
    for (const slot of this.workers.slots) {
      if (slot.deadline <= now) {
        if (slot.state === 'starting') late += 1;
        this.#slotDue(now, slot);
      }
      this.#effects.wakeAt(slot.deadline);
    }
    return late;
  }

  #slotDue(now: number, slot: WorkerSlot<P>): void {
    slot.deadline = Infinity;
    if (slot.state === 'idle') {
      if (this.workers.live <= this.#limits.min) return;
      if (slot.wasUsed?.() === true) {
        this.#setDeadline(slot, now + this.#limits.idleTimeout);
        return;
      }
      this.#kept = Math.max(this.#limits.min, this.workers.live - 1);
      this.retire(now, slot);
    } else if (slot.state === 'busy' && !slot.killPending) {
      slot.killPending = true;
      this.killWhenRecalled(slot);
      // Otherwise it was killed at once.
      if (slot.stealable > 0) this.#setDeadline(slot, now + recallLimit);
    } else {
      slot.killedForTask = slot.state === 'busy';
      this.kill(slot);
    }
  }

  #isDemanded(crowded: number): boolean {
    const { starting } = this.workers;
    const stealable = this.#tasks.unbegun > 0 ? this.workers.stealable : 0;
    return starting < this.#tasks.waiting + stealable + crowded;
  }

  /** Takes a task back, if its worker has not begun it. */
  recall(task: Task<P>): void {
    const { slot } = task;
    if (!slot) return;
    task.recalling = true;
    this.#effects.push({ type: 'recall', slot, task });
  }

  #setDeadline(slot: WorkerSlot<P>, at: number): void {
    slot.deadline = at;
    this.#effects.wakeAt(at);
  }
}

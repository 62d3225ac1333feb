import type { Leaving } from '../../src/scheduler/effect.js';
import type { Task } from '../../src/scheduler/task.js';
import type { WorkerSlot } from '../../src/scheduler/worker-slot.js';
import type { EventQueue } from './event-queue.js';
import type { Random } from './random.js';

/** What a simulated task does when it runs. */
export interface Work {
  /** Milliseconds; `Infinity` never ends by itself. */
  readonly duration: number;
  readonly outcome: 'ok' | 'failed' | 'in vain' | 'kills its worker';
  /** How long it takes to obey an abort; `Infinity` when it does not. */
  readonly obeysAfter: number;
  readonly unsendable: boolean;
  /** How often it began, over all attempts. */
  begun: number;
}

/** What a worker reports, in this order per worker, after a delay. */
export interface Reports {
  ready(slot: WorkerSlot<Task<Work>>): void;
  started(slot: WorkerSlot<Task<Work>>, task: Task<Work>): void;
  finished(slot: WorkerSlot<Task<Work>>, task: Task<Work>, outcome: 'ok' | 'failed' | 'in vain'): void;
  recalled(slot: WorkerSlot<Task<Work>>, tasks: Task<Work>[]): void;
  gone(slot: WorkerSlot<Task<Work>>, leaving: Leaving): void;
}

export interface Nature {
  /** Delay of every report, in milliseconds at most. */
  readonly lag: number;
  readonly startFails: number;
  /** How many of the failing starts fail for want of something. */
  readonly scarce: number;
  readonly startHangs: number;
  readonly dies: number;
  readonly refusesToLeave: number;
}

/** A worker that runs what it has in the order in which it came, and may do anything else as well. */
export class SimulatedWorker {
  readonly slot: WorkerSlot<Task<Work>>;
  readonly #events: EventQueue;
  readonly #random: Random;
  readonly #nature: Nature;
  readonly #reports: Reports;
  /** What it has in hand; the first one runs. */
  readonly #inbox: Task<Work>[] = [];
  readonly #aborted = new Set<Task<Work>>();
  readonly begunTasks: Task<Work>[] = [];
  alive = true;
  #ready = false;
  #running: Task<Work> | undefined;
  /** No report overtakes an earlier one. */
  #lastReport = 0;

  constructor(
    slot: WorkerSlot<Task<Work>>,
    events: EventQueue,
    random: Random,
    nature: Nature,
    reports: Reports,
  ) {
    this.slot = slot;
    this.#events = events;
    this.#random = random;
    this.#nature = nature;
    this.#reports = reports;
    if (random.chance(nature.startHangs)) return;
    const fails = random.chance(nature.startFails);
    events.after(random.between(0, 50), () => {
      if (!this.alive) return;
      if (fails) {
        this.#die(random.chance(0.5), random.chance(nature.scarce));
        return;
      }
      this.#ready = true;
      this.#report(() => this.#reports.ready(this.slot));
      if (random.chance(nature.dies)) events.after(random.between(0, 400), () => this.#die(true));
      this.#next();
    });
  }

  get running(): Task<Work> | undefined {
    return this.#running;
  }

  send(task: Task<Work>): void {
    if (!this.alive) return;
    this.#inbox.push(task);
    if (this.#ready) this.#next();
  }

  abort(task: Task<Work>): void {
    if (!this.alive) return;
    this.#aborted.add(task);
    if (this.#running !== task) return;
    const delay = task.payload.obeysAfter;
    if (delay === Infinity) return;
    const { begun } = task.payload;
    this.#events.after(delay, () => {
      if (task.payload.begun === begun) this.#finish(task, 'failed');
    });
  }

  recall(): void {
    if (!this.alive) return;
    const unbegun = this.#inbox.splice(this.#running ? 1 : 0);
    this.#report(() => this.#reports.recalled(this.slot, unbegun));
  }

  retire(): void {
    if (!this.alive || this.#random.chance(this.#nature.refusesToLeave)) return;
    this.#events.after(this.#random.between(0, 20), () => this.#die(false));
  }

  kill(): void {
    this.#events.after(this.#random.between(0, 10), () => this.#die(true));
  }

  #next(): void {
    if (this.#running) return;
    const task = this.#inbox[0];
    if (!task) return;
    if (this.#aborted.has(task)) {
      this.#inbox.shift();
      this.#report(() => this.#reports.finished(this.slot, task, 'failed'));
      this.#next();
      return;
    }
    this.#running = task;
    this.begunTasks.push(task);
    const work = task.payload;
    work.begun += 1;
    const { begun } = work;
    this.#report(() => this.#reports.started(this.slot, task));
    if (work.duration === Infinity) return;
    this.#events.after(work.duration, () => {
      if (this.#running !== task || work.begun !== begun) return;
      if (work.outcome === 'kills its worker') this.#die(this.#random.chance(0.5));
      else this.#finish(task, work.outcome);
    });
  }

  #finish(task: Task<Work>, outcome: 'ok' | 'failed' | 'in vain'): void {
    if (!this.alive || this.#running !== task) return;
    this.#running = undefined;
    this.#inbox.shift();
    this.#report(() => this.#reports.finished(this.slot, task, outcome));
    this.#next();
  }

  #die(killed: boolean, scarce = false): void {
    if (!this.alive) return;
    this.alive = false;
    const unbegun = this.#running === undefined;
    this.#report(() => this.#reports.gone(this.slot, { reason: 'simulated', killed, scarce, unbegun }));
  }

  #report(tell: () => void): void {
    const at = Math.max(this.#lastReport, this.#events.now + this.#random.between(0, this.#nature.lag));
    this.#lastReport = at;
    this.#events.at(at, tell);
  }
}

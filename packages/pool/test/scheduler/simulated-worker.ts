import type { Task, WorkerExit, WorkerSlot } from '../../src/scheduler/records.js';
import type { EventQueue } from './event-queue.js';
import type { Random } from './random.js';

/** What a simulated task does when it runs. */
export interface Work {
  /** Milliseconds; `Infinity` never ends by itself. */
  readonly duration: number;
  readonly outcome: 'ok' | 'failed' | 'fatal' | 'kills its worker';
  /** How long it takes to obey an abort; `Infinity` when it does not. */
  readonly obeysAfter: number;
  readonly unsendable: boolean;
  /** How often it began, over all attempts. */
  begun: number;
}

/** What a worker reports, in this order per worker, after a delay. */
export interface Reports {
  ready(slot: WorkerSlot<Work>): void;
  started(slot: WorkerSlot<Work>, task: Task<Work>): void;
  finished(slot: WorkerSlot<Work>, task: Task<Work>, outcome: 'ok' | 'failed' | 'fatal'): void;
  recalled(slot: WorkerSlot<Work>, task: Task<Work>, outcome: 'recalled' | 'begun'): void;
  exited(slot: WorkerSlot<Work>, exit: WorkerExit): void;
}

export interface Nature {
  /** Delay of every report, in milliseconds at most. */
  readonly lag: number;
  readonly startFails: number;
  /** How many of the failing starts fail for a shortage. */
  readonly scarce: number;
  readonly startHangs: number;
  readonly dies: number;
  readonly refusesToLeave: number;
}

/** A worker that begins what it has in the order in which it came, and may do anything else as well. */
export class SimulatedWorker {
  readonly slot: WorkerSlot<Work>;
  readonly #events: EventQueue;
  readonly #random: Random;
  readonly #nature: Nature;
  readonly #reports: Reports;
  readonly #concurrency: number;
  /** Its tasks in flight; the first ones run. */
  readonly #inbox: Task<Work>[] = [];
  readonly #aborted = new Set<Task<Work>>();
  readonly begunTasks: Task<Work>[] = [];
  alive = true;
  #ready = false;
  readonly #running = new Set<Task<Work>>();
  /** No report overtakes an earlier one. */
  #lastReport = 0;

  constructor(
    slot: WorkerSlot<Work>,
    events: EventQueue,
    random: Random,
    nature: Nature,
    reports: Reports,
    concurrency: number,
  ) {
    this.#concurrency = concurrency;
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

  /** How many tasks run. */
  get running(): number {
    return this.#running.size;
  }

  send(task: Task<Work>): void {
    if (!this.alive) return;
    this.#inbox.push(task);
    if (this.#ready) this.#next();
  }

  abort(task: Task<Work>): void {
    if (!this.alive) return;
    if (!this.#running.has(task) && this.#inbox.includes(task) && this.#random.chance(0.5)) {
      this.#giveBack(task);
      return;
    }
    this.#aborted.add(task);
    if (!this.#running.has(task)) return;
    const delay = task.payload.obeysAfter;
    if (delay === Infinity) return;
    const { begun } = task.payload;
    this.#events.after(delay, () => {
      if (task.payload.begun === begun) this.#finish(task, 'failed');
    });
  }

  /** Not answered for a task that was finished before: the report of that is the answer. */
  recall(task: Task<Work>): void {
    if (!this.alive || !this.#inbox.includes(task)) return;
    if (this.#running.has(task)) {
      this.#report(() => this.#reports.recalled(this.slot, task, 'begun'));
      return;
    }
    this.#giveBack(task);
  }

  /** A worker may give back more than it is asked for: all that it has not begun. */
  #giveBack(task: Task<Work>): void {
    const unbegun = this.#inbox.filter((other) => !this.#running.has(other));
    for (const other of this.#random.chance(0.5) ? unbegun : [task]) {
      this.#inbox.splice(this.#inbox.indexOf(other), 1);
      this.#report(() => this.#reports.recalled(this.slot, other, 'recalled'));
    }
  }

  retire(): void {
    if (!this.alive || this.#random.chance(this.#nature.refusesToLeave)) return;
    this.#events.after(this.#random.between(0, 20), () => this.#die(false));
  }

  kill(): void {
    this.#events.after(this.#random.between(0, 10), () => this.#die(true));
  }

  #next(): void {
    if (this.#running.size >= this.#concurrency) return;
    const task = this.#inbox.find((other) => !this.#running.has(other));
    if (!task) return;
    if (this.#aborted.has(task)) {
      this.#inbox.splice(this.#inbox.indexOf(task), 1);
      this.#report(() => this.#reports.finished(this.slot, task, 'failed'));
      this.#next();
      return;
    }
    this.#running.add(task);
    this.begunTasks.push(task);
    const work = task.payload;
    work.begun += 1;
    const { begun } = work;
    this.#report(() => this.#reports.started(this.slot, task));
    this.#next();
    if (work.duration === Infinity) return;
    this.#events.after(work.duration, () => {
      if (!this.#running.has(task) || work.begun !== begun) return;
      if (work.outcome === 'kills its worker') this.#die(this.#random.chance(0.5));
      else this.#finish(task, work.outcome);
    });
  }

  #finish(task: Task<Work>, outcome: 'ok' | 'failed' | 'fatal'): void {
    if (!this.alive || !this.#running.delete(task)) return;
    this.#inbox.splice(this.#inbox.indexOf(task), 1);
    this.#report(() => this.#reports.finished(this.slot, task, outcome));
    this.#next();
  }

  #die(killed: boolean, scarce = false): void {
    if (!this.alive) return;
    this.alive = false;
    const shortage = scarce ? 'simulated' : undefined;
    this.#report(() => {
      // Those as well that were sent to the dead.
      const others = [...this.slot.inFlight].filter((task) => !this.#running.has(task));
      const unbegun = new Set(others.map(({ seq }) => seq));
      this.#reports.exited(this.slot, { status: { exitCode: 1 }, killed, shortage, unbegun });
    });
  }

  #report(tell: () => void): void {
    const at = Math.max(this.#lastReport, this.#events.now + this.#random.between(0, this.#nature.lag));
    this.#lastReport = at;
    this.#events.at(at, tell);
  }
}

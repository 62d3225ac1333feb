import { type Limits, type Task, WorkerSlot } from './records.js';

/** How long (ms) a worker with tasks in flight may finish none and still get tasks ahead. */
const stall = 4;

/** The one registry of a pool's workers, by state. It keeps the sets and counts, and decides nothing. */
export class WorkerRegistry<P> {
  /** All that were started and have not exited. */
  readonly #slots = new Set<WorkerSlot<P>>();
  /** The last one became idle most recently. */
  readonly #idle: WorkerSlot<P>[] = [];
  #lastId = 0;
  #live = 0;
  #starting = 0;
  #draining = 0;

  get slots(): ReadonlySet<WorkerSlot<P>> {
    return this.#slots;
  }

  get idle(): readonly WorkerSlot<P>[] {
    return this.#idle;
  }

  /** The pool's workers: starting, idle or busy. */
  get live(): number {
    return this.#live;
  }

  get starting(): number {
    return this.#starting;
  }

  /** Live workers that are not to retire after their current tasks. */
  get staying(): number {
    return this.#live - this.#draining;
  }

  get ready(): number {
    return this.#live - this.#starting;
  }

  /** Adds a worker that is starting. */
  add(now: number, window: number): WorkerSlot<P> {
    this.#lastId += 1;
    const slot = new WorkerSlot<P>(this.#lastId, now, window);
    this.#slots.add(slot);
    this.#live += 1;
    this.#starting += 1;
    return slot;
  }

  /** From starting or busy to idle. */
  markIdle(slot: WorkerSlot<P>): void {
    if (slot.state === 'starting') this.#starting -= 1;
    slot.state = 'idle';
    this.#idle.push(slot);
  }

  /** From idle to busy. */
  markBusy(slot: WorkerSlot<P>): void {
    this.#removeIdle(slot);
    slot.state = 'busy';
    slot.deadline = Infinity;
  }

  /** A live worker gets no more tasks. */
  markDraining(slot: WorkerSlot<P>): void {
    if (slot.draining) return;
    slot.draining = true;
    this.#draining += 1;
  }

  /** From any state to one on the way out. */
  remove(slot: WorkerSlot<P>, state: 'retiring' | 'dying' | 'gone'): void {
    switch (slot.state) {
      case 'starting':
        this.#starting -= 1;
        this.#live -= 1;
        break;
      case 'idle':
        this.#removeIdle(slot);
        this.#live -= 1;
        break;
      case 'busy':
        this.#live -= 1;
        break;
      default:
    }
    if (slot.draining) {
      slot.draining = false;
      this.#draining -= 1;
    }
    slot.state = state;
    if (state === 'gone') this.#slots.delete(slot);
  }

  /**
   * The worker for the next task: the one idle most recently (its caches are warm), else the one with fewest tasks. Of
   * those that run one at a time, one that has not finished any for a while gets none ahead: its task may be a long
   * one.
   */
  nextFree(now: number, { maxTasksPerWorker, concurrency }: Limits): WorkerSlot<P> | undefined {
    const idle = this.#idle.at(-1);
    if (idle) return idle;
    let best: WorkerSlot<P> | undefined;
    for (const slot of this.#slots) {
      if (slot.state !== 'busy' || slot.draining || slot.abandoned.size > 0) continue;
      if (slot.inFlight.size >= slot.window || slot.taskCount >= maxTasksPerWorker) continue;
      if (concurrency === 1 && now - slot.progressAt > stall) continue;
      if (!best || slot.inFlight.size < best.inFlight.size) best = slot;
    }
    return best;
  }

  /** How many tasks other workers could take over. */
  get stealable(): number {
    let count = 0;
    for (const slot of this.#slots) if (slot.state === 'busy') count += slot.stealable;
    return count;
  }

  /** How many recalls are under way. */
  get recalling(): number {
    let count = 0;
    for (const slot of this.#slots) for (const task of slot.inFlight) if (task.recalling) count += 1;
    return count;
  }

  /** The task that an idle worker should take over: the first unbegun one of the worker with most of them. */
  nextStealable(): Task<P> | undefined {
    let best: Task<P> | undefined;
    let most = 0;
    for (const slot of this.#slots) {
      if (slot.state !== 'busy') continue;
      const { stealable } = slot;
      if (stealable <= most) continue;
      const task = slot.nextStealable;
      if (!task) continue;
      best = task;
      most = stealable;
    }
    return best;
  }

  #removeIdle(slot: WorkerSlot<P>): void {
    // Nearly always the last one.
    this.#idle.splice(this.#idle.lastIndexOf(slot), 1);
  }
}

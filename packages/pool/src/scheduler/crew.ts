import type { Task } from './task.js';
import { WorkerSlot } from './worker-slot.js';

/** The worker slots, and who of them is where. Keeps the books; decides nothing. */
export class Crew<P> {
  /** All that were started and are not gone. */
  readonly #slots = new Set<WorkerSlot<Task<P>>>();
  /** The last one rested most recently. */
  readonly #idle: WorkerSlot<Task<P>>[] = [];
  #lastId = 0;
  #live = 0;
  #starting = 0;
  #leaving = 0;

  get slots(): ReadonlySet<WorkerSlot<Task<P>>> {
    return this.#slots;
  }

  get idle(): readonly WorkerSlot<Task<P>>[] {
    return this.#idle;
  }

  /** The pool's workers: starting, idle or busy. */
  get live(): number {
    return this.#live;
  }

  get starting(): number {
    return this.#starting;
  }

  /** Live workers that stay: they are not to retire once their hands are empty. */
  get staying(): number {
    return this.#live - this.#leaving;
  }

  get ready(): number {
    return this.#live - this.#starting;
  }

  hire(now: number): WorkerSlot<Task<P>> {
    this.#lastId += 1;
    const slot = new WorkerSlot<Task<P>>(this.#lastId, now);
    this.#slots.add(slot);
    this.#live += 1;
    this.#starting += 1;
    return slot;
  }

  /** From starting or busy to idle. */
  rest(slot: WorkerSlot<Task<P>>): void {
    if (slot.state === 'starting') this.#starting -= 1;
    slot.state = 'idle';
    this.#idle.push(slot);
  }

  /** From idle to busy. */
  occupy(slot: WorkerSlot<Task<P>>): void {
    this.#leaveIdle(slot);
    slot.state = 'busy';
    slot.deadline = Infinity;
  }

  /** A live worker gets no more tasks. */
  markLeaving(slot: WorkerSlot<Task<P>>): void {
    if (slot.leaving) return;
    slot.leaving = true;
    this.#leaving += 1;
  }

  /** From any state to one on the way out. */
  dismiss(slot: WorkerSlot<Task<P>>, state: 'retiring' | 'dying' | 'gone'): void {
    switch (slot.state) {
      case 'starting':
        this.#starting -= 1;
        this.#live -= 1;
        break;
      case 'idle':
        this.#leaveIdle(slot);
        this.#live -= 1;
        break;
      case 'busy':
        this.#live -= 1;
        break;
      default:
    }
    if (slot.leaving) {
      slot.leaving = false;
      this.#leaving -= 1;
    }
    slot.state = state;
    if (state === 'gone') this.#slots.delete(slot);
  }

  /** Who takes the next task: whoever rested last (its caches are warm), else the one with fewest in hand. */
  nextFree(maxTasks: number): WorkerSlot<Task<P>> | undefined {
    const rested = this.#idle.at(-1);
    if (rested) return rested;
    let best: WorkerSlot<Task<P>> | undefined;
    for (const slot of this.#slots) {
      if (slot.state !== 'busy' || slot.leaving || slot.guilty) continue;
      if (slot.hands.length >= slot.window || slot.given >= maxTasks) continue;
      if (!best || slot.hands.length < best.hands.length) best = slot;
    }
    return best;
  }

  /** How many tasks other workers could take over. */
  get spare(): number {
    let count = 0;
    for (const slot of this.#slots) if (slot.state === 'busy') count += slot.spare;
    return count;
  }

  /** Whose tasks an idle worker could take over: the one with most to spare. */
  fullest(): WorkerSlot<Task<P>> | undefined {
    let best: WorkerSlot<Task<P>> | undefined;
    let most = 0;
    for (const slot of this.#slots) {
      if (slot.state !== 'busy' || slot.recalling) continue;
      const { spare } = slot;
      if (spare <= most) continue;
      best = slot;
      most = spare;
    }
    return best;
  }

  #leaveIdle(slot: WorkerSlot<Task<P>>): void {
    // Nearly always the last one.
    this.#idle.splice(this.#idle.lastIndexOf(slot), 1);
  }
}

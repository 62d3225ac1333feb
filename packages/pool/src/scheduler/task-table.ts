import { IndexedHeap } from './indexed-heap.js';
import type { EffectQueue } from './effect-queue.js';
import type { Task, TaskResult, WorkerSlot } from './records.js';
import { TaskQueue } from './task-queue.js';

/** The unsettled tasks: which wait, which are in flight and where, and the one result of each. */
export class TaskTable<P> {
  readonly #queue = new TaskQueue<P>();
  readonly #deadlines = new IndexedHeap<Task<P>>();
  readonly #effects: EffectQueue<P>;
  readonly #abortGrace: number;
  #lastSeq = 0;
  #unsettled = 0;
  #unbegun = 0;

  constructor(effects: EffectQueue<P>, abortGrace: number) {
    this.#effects = effects;
    this.#abortGrace = abortGrace;
  }

  get waiting(): number {
    return this.#queue.size;
  }

  get unsettled(): number {
    return this.#unsettled;
  }

  /** Tasks in the state `sent`. */
  get unbegun(): number {
    return this.#unbegun;
  }

  /** The next task to be sent. */
  get next(): Task<P> | undefined {
    return this.#queue.first;
  }

  add(now: number, task: Task<P>): void {
    this.#lastSeq += 1;
    task.seq = this.#lastSeq;
    task.submittedAt = now;
    this.#unsettled += 1;
    this.#queue.insert(task);
    if (task.deadline === Infinity) return;
    this.#deadlines.add(task, task.deadline);
    this.#effects.wakeAt(task.deadline);
  }

  /** Gives a waiting task to a worker. */
  give(now: number, task: Task<P>, slot: WorkerSlot<P>, begun: boolean): void {
    this.#queue.remove(task);
    task.state = begun ? 'running' : 'sent';
    if (!begun) this.#unbegun += 1;
    task.slot = slot;
    task.sentAt = now;
    task.attempt += 1;
    if (slot.inFlight.size === 0) slot.progressAt = now;
    slot.inFlight.push(task);
    slot.taskCount += 1;
    this.#effects.push({ type: 'send', slot, task });
  }

  /** The worker began a task in flight. May be told twice: by `started`, and by the answer to a recall. */
  begin(now: number, task: Task<P>, slot: WorkerSlot<P>): void {
    if (task.state === 'sent') {
      task.state = 'running';
      this.#unbegun -= 1;
    } else if (task.state === 'settled' && slot.state === 'busy' && !slot.abandoned.has(task)) {
      this.#beginGrace(now, task, slot);
    }
  }

  /** Takes a task back from a worker. If it is not settled, it is settled or put back in the same step. */
  letGo(task: Task<P>, slot: WorkerSlot<P>): void {
    slot.inFlight.remove(task);
    task.slot = undefined;
    task.recalling = false;
    if (task.state === 'sent') {
      task.state = 'running';
      this.#unbegun -= 1;
    }
    if (slot.abandoned.size === 0 || !slot.abandoned.delete(task) || slot.state !== 'busy') return;
    const [until = Infinity] = slot.abandoned.values();
    slot.killPending = false;
    slot.deadline = until;
  }

  /** A task that was let go returns to its place in the queue: it was not begun. */
  putBack(task: Task<P>): void {
    task.attempt -= 1;
    this.#requeue(task);
  }

  /** The same after it failed, if it has retries left and can be sent again; false if not. */
  retry(task: Task<P>): boolean {
    if (task.state === 'settled' || task.retriesLeft === 0 || task.moved) return false;
    task.retriesLeft -= 1;
    this.#requeue(task);
    return true;
  }

  /**
   * The same after its worker had to be killed for another task: it is run again if it may be, and that is none of its
   * retries.
   */
  rerun(task: Task<P>): boolean {
    if (task.retriesLeft === 0) return false;
    this.#requeue(task);
    return true;
  }

  /** Gives a task its result, unless it has one. */
  settle(now: number, task: Task<P>, result: TaskResult): void {
    const { state, slot } = task;
    if (state === 'settled') return;
    if (state === 'waiting') this.#queue.remove(task);
    if (state === 'sent') this.#unbegun -= 1;
    if (task.heapIndex >= 0) this.#deadlines.remove(task);
    task.state = 'settled';
    this.#unsettled -= 1;
    this.#effects.push({ type: 'settle', task, result });
    if (slot?.state !== 'busy') return;
    this.#effects.push({ type: 'abort', slot, task, result });
    if (state === 'running') this.#beginGrace(now, task, slot);
  }

  settleAllWaiting(now: number, result: TaskResult): void {
    for (let task = this.next; task; task = this.next) this.settle(now, task, result);
  }

  /** Settles what is overdue, and asks for a tick when the next one will be. */
  tick(now: number): void {
    let task = this.#deadlines.first;
    for (; task && task.deadline <= now; task = this.#deadlines.first) {
      this.settle(now, task, { status: 'timed-out' });
    }
    if (task) this.#effects.wakeAt(task.deadline);
  }

  /** The worker runs a task that was abandoned: it gets some time to let go of it. */
  #beginGrace(now: number, task: Task<P>, slot: WorkerSlot<P>): void {
    const until = now + this.#abortGrace;
    slot.abandoned.set(task, until);
    if (slot.abandoned.size > 1) return;
    slot.deadline = until;
    this.#effects.wakeAt(until);
  }

  #requeue(task: Task<P>): void {
    task.state = 'waiting';
    this.#queue.insert(task);
  }
}

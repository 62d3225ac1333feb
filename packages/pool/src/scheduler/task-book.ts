import type { Agenda } from './agenda.js';
import { DeadlineHeap } from './deadline-heap.js';
import type { Ending } from './effect.js';
import type { Task } from './task.js';
import { WaitingLine } from './waiting-line.js';
import type { WorkerSlot } from './worker-slot.js';

/** The unsettled tasks: who waits, who is in whose hands, and every task's one ending. */
export class TaskBook<P> {
  readonly #line = new WaitingLine<P>();
  readonly #deadlines = new DeadlineHeap<P>();
  readonly #agenda: Agenda<P>;
  readonly #abortGrace: number;
  #lastSeq = 0;
  #unsettled = 0;
  #unbegun = 0;

  constructor(agenda: Agenda<P>, abortGrace: number) {
    this.#agenda = agenda;
    this.#abortGrace = abortGrace;
  }

  get waiting(): number {
    return this.#line.size;
  }

  get unsettled(): number {
    return this.#unsettled;
  }

  /** Tasks in the state `sent`. */
  get unbegun(): number {
    return this.#unbegun;
  }

  /** The task whose turn it is. */
  get next(): Task<P> | undefined {
    return this.#line.first;
  }

  enter(now: number, task: Task<P>): void {
    this.#lastSeq += 1;
    task.seq = this.#lastSeq;
    task.submittedAt = now;
    this.#unsettled += 1;
    this.#line.insert(task);
    if (task.deadline === Infinity) return;
    this.#deadlines.add(task);
    this.#agenda.wakeAt(task.deadline);
  }

  /** Puts a waiting task into a worker's hands. */
  give(now: number, task: Task<P>, slot: WorkerSlot<Task<P>>, begun: boolean): void {
    this.#line.remove(task);
    task.state = begun ? 'running' : 'sent';
    if (!begun) this.#unbegun += 1;
    task.slot = slot;
    task.sentAt = now;
    task.attempt += 1;
    slot.hands.push(task);
    slot.given += 1;
    this.#agenda.push({ type: 'send', slot, task });
  }

  /** The worker that has it in hand began it. */
  begin(now: number, task: Task<P>, slot: WorkerSlot<Task<P>>): void {
    if (task.state === 'sent') {
      task.state = 'running';
      this.#unbegun -= 1;
    } else if (task.state === 'settled' && slot.state === 'busy') {
      this.#beginGrace(now, task, slot);
    }
  }

  /** Takes a task from a worker's hands. What is not settled is settled or put back in the same step. */
  letGo(task: Task<P>, slot: WorkerSlot<Task<P>>): void {
    slot.hands.splice(slot.hands.indexOf(task), 1);
    task.slot = undefined;
    if (task.state === 'sent') {
      task.state = 'running';
      this.#unbegun -= 1;
    }
    if (slot.guilty === task) {
      slot.guilty = undefined;
      slot.doomed = false;
      slot.deadline = Infinity;
    }
  }

  /** A task that nobody has in hand returns to its place in the line: it was not begun. */
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

  /** Gives a task its ending, unless it has one. */
  settle(now: number, task: Task<P>, ending: Ending): void {
    const { state, slot } = task;
    if (state === 'settled') return;
    if (state === 'waiting') this.#line.remove(task);
    if (state === 'sent') this.#unbegun -= 1;
    this.#deadlines.remove(task);
    task.state = 'settled';
    this.#unsettled -= 1;
    this.#agenda.push({ type: 'settle', task, ending });
    if (slot?.state !== 'busy') return;
    this.#agenda.push({ type: 'abort', slot, task, ending });
    if (state === 'running') this.#beginGrace(now, task, slot);
  }

  settleAllWaiting(now: number, ending: Ending): void {
    for (let task = this.next; task; task = this.next) this.settle(now, task, ending);
  }

  /** Settles what is overdue, and asks for a tick when the next one will be. */
  tick(now: number): void {
    let task = this.#deadlines.first;
    for (; task && task.deadline <= now; task = this.#deadlines.first) {
      this.settle(now, task, { how: 'timed-out' });
    }
    if (task) this.#agenda.wakeAt(task.deadline);
  }

  /** The worker runs what was abandoned: it gets some time to let go of it. */
  #beginGrace(now: number, task: Task<P>, slot: WorkerSlot<Task<P>>): void {
    slot.guilty = task;
    slot.deadline = now + this.#abortGrace;
    this.#agenda.wakeAt(slot.deadline);
  }

  #requeue(task: Task<P>): void {
    task.state = 'waiting';
    this.#line.insert(task);
  }
}

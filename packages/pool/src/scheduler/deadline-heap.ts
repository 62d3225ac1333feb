import type { Task } from './records.js';

/**
 * The tasks that have a deadline, the earliest first: a binary heap in which each task knows its index,
 * so that a settled task is removed at once and does not stay until its deadline.
 */
export class DeadlineHeap<P> {
  readonly #tasks: Task<P>[] = [];

  get first(): Task<P> | undefined {
    return this.#tasks[0];
  }

  add(task: Task<P>): void {
    this.#tasks.push(task);
    this.#rise(task, this.#tasks.length - 1);
  }

  remove(task: Task<P>): void {
    const index = task.heapIndex;
    if (index < 0) return;
    task.heapIndex = -1;
    const last = this.#tasks.pop();
    if (!last || last === task) return;
    // The last one fills the hole, then finds its level: it may belong above or below.
    this.#rise(last, index);
    this.#sink(last, last.heapIndex);
  }

  #rise(task: Task<P>, from: number): void {
    let index = from;
    while (index > 0) {
      const parentIndex = (index - 1) >>> 1;
      const parent = this.#tasks[parentIndex];
      if (!parent || parent.deadline <= task.deadline) break;
      this.#put(parent, index);
      index = parentIndex;
    }
    this.#put(task, index);
  }

  #sink(task: Task<P>, from: number): void {
    let index = from;
    for (;;) {
      let childIndex = 2 * index + 1;
      let child = this.#tasks[childIndex];
      const right = this.#tasks[childIndex + 1];
      if (child && right && right.deadline < child.deadline) {
        child = right;
        childIndex += 1;
      }
      if (!child || child.deadline >= task.deadline) break;
      this.#put(child, index);
      index = childIndex;
    }
    this.#put(task, index);
  }

  #put(task: Task<P>, index: number): void {
    this.#tasks[index] = task;
    task.heapIndex = index;
  }
}

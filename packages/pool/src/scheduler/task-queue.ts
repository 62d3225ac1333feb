import { type HeapItem, IndexedHeap } from './indexed-heap.js';
import type { Task } from './records.js';

/** The waiting tasks of one priority: a doubly linked list in the order of `seq`. */
interface Rank<P> extends HeapItem {
  readonly priority: number;
  first: Task<P> | undefined;
  last: Task<P> | undefined;
}

/**
 * The waiting tasks: highest priority first, then the order of submission. With n priorities in use, a task of a new
 * one costs O(log n), any other O(1); removal from anywhere does, too.
 */
export class TaskQueue<P> {
  readonly #ranks = new Map<number, Rank<P>>();
  readonly #heap = new IndexedHeap<Rank<P>>();
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** Puts a task in its place. New ones come last; returned ones are near the front, where the search begins. */
  insert(task: Task<P>): void {
    const rank = this.#rank(task.priority);
    let before = rank.last;
    if (before && before.seq > task.seq) {
      let after = rank.first;
      while (after && after.seq < task.seq) after = after.after;
      before = after?.before;
    }
    const after = before ? before.after : rank.first;
    task.before = before;
    task.after = after;
    if (before) before.after = task;
    else rank.first = task;
    if (after) after.before = task;
    else rank.last = task;
    this.#size += 1;
  }

  /** The next task to be sent. */
  get first(): Task<P> | undefined {
    return this.#heap.first?.first;
  }

  /** Takes a task out, wherever it is. */
  remove(task: Task<P>): void {
    const rank = this.#rank(task.priority);
    if (task.before) task.before.after = task.after;
    else rank.first = task.after;
    if (task.after) task.after.before = task.before;
    else rank.last = task.before;
    task.before = undefined;
    task.after = undefined;
    this.#size -= 1;
    // The only rank stays for the next task: most programs use one.
    if (rank.first || this.#heap.size === 1) return;
    this.#heap.remove(rank);
    this.#ranks.delete(rank.priority);
  }

  /** The rank of a priority; made when missing. */
  #rank(priority: number): Rank<P> {
    const found = this.#ranks.get(priority);
    if (found) return found;
    this.#dropEmpty();
    const made: Rank<P> = { priority, first: undefined, last: undefined, heapIndex: -1 };
    this.#ranks.set(priority, made);
    this.#heap.add(made, -priority);
    return made;
  }

  /** The rank that stayed although it is empty. */
  #dropEmpty(): void {
    const { first } = this.#heap;
    if (!first || first.first) return;
    this.#heap.remove(first);
    this.#ranks.delete(first.priority);
  }
}

import type { Task } from './records.js';

/** The waiting tasks of one priority: a doubly linked list in the order of `seq`. */
interface Rank<P> {
  readonly priority: number;
  first: Task<P> | undefined;
  last: Task<P> | undefined;
}

/** The waiting tasks: highest priority first, then the order of submission. Removal from anywhere is O(1). */
export class TaskQueue<P> {
  /** Highest priority first. An empty rank is dropped when it is met on the way to the next one. */
  readonly #ranks: Rank<P>[] = [];
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
    if (this.#size === 0) return undefined;
    while (this.#ranks[0] && !this.#ranks[0].first) this.#ranks.shift();
    return this.#ranks[0]?.first;
  }

  /** Takes a task out, wherever it is. */
  remove(task: Task<P>): void {
    this.#unlink(this.#rank(task.priority), task);
  }

  #unlink(rank: Rank<P>, task: Task<P>): void {
    if (task.before) task.before.after = task.after;
    else rank.first = task.after;
    if (task.after) task.after.before = task.before;
    else rank.last = task.before;
    task.before = undefined;
    task.after = undefined;
    this.#size -= 1;
    // The only rank stays for the next task; of several, one that was emptied from within would stay.
    if (!rank.first && this.#ranks.length > 1) this.#ranks.splice(this.#ranks.indexOf(rank), 1);
  }

  /** The rank of a priority, by binary search; made when missing. */
  #rank(priority: number): Rank<P> {
    let low = 0;
    let high = this.#ranks.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const rank = this.#ranks[middle];
      if (!rank || rank.priority <= priority) high = middle;
      else low = middle + 1;
    }
    const found = this.#ranks[low];
    if (found?.priority === priority) return found;
    const made: Rank<P> = { priority, first: undefined, last: undefined };
    this.#ranks.splice(low, 0, made);
    return made;
  }
}

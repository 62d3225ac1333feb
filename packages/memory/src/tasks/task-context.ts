/** Counts the walks through contexts: a context that a walk has met carries its number. */
let walk = 0;

/**
 * The part of a task that holds something, or the place where several such parts meet. See the README
 * beside this file.
 */
export class TaskContext {
  /** Positive, and not used again in this thread (until 2 ** 31 others were made); 0 for a meeting. */
  readonly id: number;
  /** What it is a part of: locks that those hold are its own, too. Meetings may form circles. */
  outer: readonly TaskContext[];
  /** How many locks it holds: with none it counts as what is around it. */
  owned = 0;
  /** Where `TaskContexts` keeps it while it holds something. */
  position = 0;
  /** How many acquires may still join it. */
  expected = 0;
  #met = 0;

  constructor(id: number, outer: readonly TaskContext[]) {
    this.id = id;
    this.outer = outer;
  }

  /** The context itself, or the nearest around it, if anything is held there. */
  get effective(): TaskContext | undefined {
    if (this.owned > 0 || this.expected > 0) return this;
    if (this.outer.length === 0) return undefined;
    walk += 1;
    return this.#effective();
  }

  /** Whether this is `other` or a part of it. */
  isWithin(other: TaskContext): boolean {
    walk += 1;
    return this.#find((context) => context === other);
  }

  /** Whether what the context with this id holds is held here. */
  includes(id: number): boolean {
    if (this.id === id) return true;
    if (this.outer.length === 0) return false;
    walk += 1;
    return this.#find((context) => context.id === id);
  }

  /** Makes it a part of one more context. */
  addOuter(context: TaskContext): void {
    if (context !== this && !this.outer.includes(context)) this.outer = [...this.outer, context];
  }

  /** Lets go of what is around it and holds nothing any more, so that chains stay short. */
  prune(): void {
    if (this.outer.every((context) => context.owned > 0 || context.expected > 0)) return;
    const around = new Set<TaskContext>();
    for (const context of this.outer) {
      const found = context.effective;
      if (found && found !== this) around.add(found);
    }
    this.outer = [...around];
  }

  #effective(): TaskContext | undefined {
    if (this.owned > 0 || this.expected > 0) return this;
    this.#met = walk;
    const around = new Set<TaskContext>();
    for (const context of this.outer) {
      const found = context.#met === walk ? undefined : context.#effective();
      if (found) around.add(found);
    }
    if (around.size > 1) return this;
    for (const context of around) return context;
    return undefined;
  }

  #find(wanted: (context: TaskContext) => boolean): boolean {
    if (wanted(this)) return true;
    this.#met = walk;
    for (const context of this.outer) {
      if (context.#met !== walk && context.#find(wanted)) return true;
    }
    return false;
  }
}

/** A context in which everything is held that is held in either of the two. */
export function join(
  one: TaskContext | undefined,
  other: TaskContext | undefined,
): TaskContext | undefined {
  if (one === undefined || other === undefined) return one ?? other;
  if (one.isWithin(other)) return one;
  return other.isWithin(one) ? other : new TaskContext(0, [one, other]);
}

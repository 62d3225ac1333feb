import { watchPromises } from '../platform/node.js';

/** Names the part of a task in which a lock is held. See the README beside this file. */
export class TaskContext {
  /** Positive, not used again in this thread (until 2 ** 31 further ones were made). */
  readonly id: number;
  readonly parent: TaskContext | undefined;
  /** How many locks this context owns: it counts as its parent when there are none. */
  owned = 0;

  constructor(id: number, parent: TaskContext | undefined) {
    this.id = id;
    this.parent = parent;
  }
}

/** The context that whoever follows the promise will be in. */
const given = Symbol('manycore.given');
/** The context in which a continuation was set up. */
const inherited = Symbol('manycore.inherited');
/** The promise that a continuation follows, until it runs. */
const followed = Symbol('manycore.followed');
/** The context in which an async function ended, on its promise. */
const ended = Symbol('manycore.ended');

interface Marked {
  [given]?: TaskContext;
  [inherited]?: TaskContext;
  [followed]?: Marked | undefined;
  [ended]?: TaskContext | undefined;
}

/** The contexts of this thread's tasks. */
class TaskContexts {
  readonly #byId = new Map<number, TaskContext>();
  #watching = false;
  #lastId = 0;
  /** The context that runs now, as it was when it was entered. */
  #current: TaskContext | undefined;
  /** The promise of the continuation that runs now. */
  #running: Marked | undefined;
  /** The promise that was settled last, if nothing else has happened since. */
  #settledLast: Marked | undefined;

  /** The context that runs now, and owns something; undefined for none. */
  get current(): TaskContext | undefined {
    return owning(this.#current);
  }

  /** Whether the calling task owns what the context with this id owns. */
  isCurrent(id: number): boolean {
    for (let context = this.#current; context; context = context.parent) {
      if (context.id === id) return true;
    }
    return false;
  }

  /** A new context within the one that runs now. */
  open(): TaskContext {
    if (!this.#watching) this.#watch();
    this.#lastId = this.#lastId >= 2 ** 31 - 1 ? 1 : this.#lastId + 1;
    return new TaskContext(this.#lastId, this.current);
  }

  /** Whoever follows the promise will be in the context. */
  give(promise: Promise<unknown>, context: TaskContext): void {
    (promise as Marked)[given] = context;
  }

  /** The context owns one more lock. */
  own(context: TaskContext): void {
    context.owned += 1;
    this.#byId.set(context.id, context);
  }

  /** The context with this id owns one lock less. */
  disown(id: number): void {
    const context = this.#byId.get(id);
    if (!context) return;
    context.owned -= 1;
    if (context.owned === 0) this.#byId.delete(id);
  }

  #watch(): void {
    this.#watching = true;
    watchPromises({
      init: (promise: Marked, parent: Marked | undefined) => {
        this.#settledLast = undefined;
        if (parent !== undefined) promise[followed] = parent;
        if (this.#current !== undefined) promise[inherited] = this.#current;
      },
      before: (promise: Marked) => {
        this.#settledLast = undefined;
        this.#running = promise;
        this.#current = entered(promise);
      },
      after: () => {
        this.#running = undefined;
        this.#current = undefined;
      },
      settled: (promise: Marked) => {
        const context = this.#current;
        if (context === undefined) return;
        if (promise === this.#running) {
          promise[ended] = context;
          // The continuation ends: what was settled just before it is its async function's promise.
          if (this.#settledLast !== undefined) this.#settledLast[ended] = context;
        }
        this.#settledLast = promise;
      },
    });
  }
}

/** The context that a continuation begins in. It lets go of what it followed, which may be a long chain. */
function entered(promise: Marked): TaskContext | undefined {
  const inner = promise[inherited];
  const source = promise[followed];
  if (source === undefined) return inner;
  promise[followed] = undefined;
  const context = source[given] ?? owning(source[ended]);
  return context && isWithin(context, owning(inner)) ? context : inner;
}

/** The context itself or the nearest one around it that owns something. */
function owning(context: TaskContext | undefined): TaskContext | undefined {
  let found = context;
  while (found?.owned === 0) found = found.parent;
  return found;
}

function isWithin(context: TaskContext, around: TaskContext | undefined): boolean {
  if (around === undefined) return true;
  for (let at: TaskContext | undefined = context; at; at = at.parent) if (at === around) return true;
  return false;
}

export const taskContexts: TaskContexts = new TaskContexts();

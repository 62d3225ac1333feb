import { type AsyncContext, createAsyncContext, sharedState } from '@manycore/core/internal';

import { tellsPromises, watchPromises } from '../platform/node.js';
import { join, TaskContext } from './task-context.js';

/** The context in which what follows the promise runs. */
const given = Symbol('manycore.given');
/** The context in which a continuation was set up. */
const inherited = Symbol('manycore.inherited');
/** The promise that a continuation follows, until it runs. */
const followed = Symbol('manycore.followed');
/** The context in which the code that settled a promise ended. */
const ended = Symbol('manycore.ended');
/** The promise of `Promise.all` or the like that a continuation may belong to. */
const combination = Symbol('manycore.combination');
/** Where the contexts meet that a promise of `Promise.all` or the like waits for. */
const meeting = Symbol('manycore.meeting');

const nothing: readonly TaskContext[] = [];

interface Marked {
  [given]?: TaskContext;
  [inherited]?: TaskContext;
  [followed]?: Marked | undefined;
  [ended]?: TaskContext | undefined;
  [combination]?: Marked | undefined;
  [meeting]?: TaskContext;
}

/** The contexts of this thread's tasks. The rules are in the README beside this file. */
class TaskContexts {
  /** Those that hold something, in no order. */
  readonly #holding: TaskContext[] = [];
  readonly #waits = new Set<() => void>();
  #watching = false;
  #lastId = 0;
  /** The context that runs now, as it was when it was entered. */
  #current: TaskContext | undefined;
  /** The context of the `run` that the code now running belongs to. Made when `run` is first called. */
  #ofRun: AsyncContext<TaskContext> | undefined;
  /** The promise of the continuation that runs now. */
  #running: Marked | undefined;
  /** The promise that was settled last, if nothing else has happened since. */
  #settledLast: Marked | undefined;
  /** The last pending promise that was made by itself in this turn, and the last before it. */
  #madeLast: Marked | undefined;
  #madeBefore: Marked | undefined;
  /** Both as they were before a promise of our own. */
  #savedLast: Marked | undefined;
  #savedBefore: Marked | undefined;

  /** The context of the code that runs now, if it holds something. */
  get current(): TaskContext | undefined {
    return join(this.#current?.effective, this.#ofRun?.getStore()?.effective);
  }

  /** Whether the calling task holds what the context with this id holds. */
  isCurrent(id: number): boolean {
    return this.#current?.includes(id) === true || this.#ofRun?.getStore()?.includes(id) === true;
  }

  /**
   * A new context within the one that runs now: for the promise that the caller makes and gives it to. `forRun`:
   * `run` follows, to which promises need not be followed.
   *
   * @throws ManycoreError in a runtime that does not tell of promises, unless `forRun`.
   */
  open(forRun = false): TaskContext {
    if (!this.#watching && (tellsPromises || !forRun)) this.#watch();
    this.#savedLast = this.#madeLast;
    this.#savedBefore = this.#madeBefore;
    return this.make();
  }

  /** A new context within the one that runs now: for `run`, to which promises need not be followed. */
  make(): TaskContext {
    this.#lastId = this.#lastId >= 2 ** 31 - 1 ? 1 : this.#lastId + 1;
    const { current } = this;
    current?.prune();
    return new TaskContext(this.#lastId, current ? [current] : nothing);
  }

  /** What follows the promise, which was made after `open()`, runs in the context. */
  give(promise: Promise<unknown>, context: TaskContext): void {
    this.#madeLast = this.#savedLast;
    this.#madeBefore = this.#savedBefore;
    (promise as Marked)[given] = context;
  }

  /** Runs `fn` in the context with this id, with all that it starts: timers and events, too. */
  run<T>(id: number, fn: () => T): T {
    const context = this.find(id);
    if (!context) return fn();
    this.#ofRun ??= createAsyncContext<TaskContext>();
    return this.#ofRun.run(join(context, this.#ofRun.getStore()) ?? context, fn);
  }

  /** The context holds one more lock. */
  own(context: TaskContext): void {
    context.owned += 1;
    if (context.owned > 1) return;
    context.position = this.#holding.length;
    this.#holding.push(context);
  }

  /** The context holds one lock less. */
  disown(context: TaskContext): void {
    context.owned -= 1;
    if (context.owned > 0) return;
    const last = this.#holding.pop();
    if (last === undefined || last === context) return;
    this.#holding[context.position] = last;
    last.position = context.position;
  }

  /** The context with this id, if it holds something. */
  find(id: number): TaskContext | undefined {
    return this.#holding.find((context) => context.id === id);
  }

  /** Those that wait look whether they hold by now what they wait for. */
  look(): void {
    if (this.#waits.size > 0) for (const look of this.#waits) look();
  }

  /** Calls `look` whenever a context that waits may have come to hold more, until `unwatch`. */
  watch(look: () => void): void {
    this.#waits.add(look);
  }

  unwatch(look: () => void): void {
    this.#waits.delete(look);
  }

  #watch(): void {
    watchPromises({
      init: (promise: Marked, parent: Marked | undefined) => {
        this.#settledLast = undefined;
        if (parent === undefined) {
          this.#madeBefore = this.#madeLast;
          this.#madeLast = promise;
        } else {
          promise[followed] = parent;
          if (this.#madeLast !== undefined && this.#madeLast !== parent) this.#combine(promise, parent);
        }
        if (this.#current !== undefined) promise[inherited] = this.#current;
      },
      before: (promise: Marked) => {
        this.#settledLast = this.#madeLast = this.#madeBefore = undefined;
        this.#running = promise;
        this.#current = entered(promise);
      },
      after: () => {
        this.#running = this.#madeLast = this.#madeBefore = undefined;
        this.#current = undefined;
      },
      settled: (promise: Marked) => {
        // Settled when it was made, as `Promise.resolve` does: nothing waits for others by it.
        if (promise === this.#madeLast) this.#madeLast = this.#madeBefore;
        if (promise === this.#running) this.#end(promise, this.#current);
        this.#settledLast = promise;
      },
    });
    this.#watching = true;
  }

  /** The continuation may be one of those that the combination made last waits for. */
  #combine(promise: Marked, parent: Marked): void {
    promise[combination] = this.#madeLast;
    if (this.#madeLast && parent[given]) meetingOf(this.#madeLast).expected += 1;
  }

  /** A continuation ends: what was settled just before it is what it was there to settle. */
  #end(promise: Marked, context: TaskContext | undefined): void {
    const whole = promise[combination];
    const last = this.#settledLast;
    if (whole !== undefined) {
      promise[combination] = undefined;
      if (context !== undefined && context !== promise[inherited]) {
        meetingOf(whole).addOuter(context);
        this.look();
      }
    }
    if (context !== undefined) promise[ended] = context;
    if (last === undefined) return;
    // What settles a whole need not be a part that came by a lock.
    const outcome = (last === whole ? last[meeting] : undefined) ?? context;
    if (outcome !== undefined) last[ended] = outcome;
  }
}

function meetingOf(promise: Marked): TaskContext {
  const found = promise[meeting] ?? new TaskContext(0, nothing);
  promise[meeting] = found;
  return found;
}

/** The context that a continuation begins in. It lets go of what it followed, which may be a long chain. */
function entered(promise: Marked): TaskContext | undefined {
  const inner = promise[inherited];
  const source = promise[followed];
  if (source === undefined) return inner;
  promise[followed] = undefined;
  const gift = source[given];
  if (gift !== undefined) {
    const place = promise[combination]?.[meeting];
    if (place) place.expected -= 1;
  }
  const context = gift ?? source[ended]?.effective;
  return context ? join(context, inner?.effective) : inner;
}

/** One for all copies of this package in a thread: a lock of one copy may be acquired by another. */
export const taskContexts: TaskContexts = sharedState('taskContexts.1', () => new TaskContexts());
export type { TaskContexts };

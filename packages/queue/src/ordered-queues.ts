import type { SyncWaitOptions, WaitOptions } from '@manycore/core';
import { registerHandle } from '@manycore/core/internal';

import { Joins } from './joinable/joins.js';
import { QueueMemory, type QueueState } from './queue-memory.js';
import type { QueueOptions } from './queue-options.js';
import { ValueQueue } from './value-queue.js';

/**
 * What `LifoQueue` and `PriorityQueue` can do beside what all queues can: they count which of their values are
 * finished, as Python's do. A program that does not call `taskDone` and `join` can ignore that.
 */
export abstract class OrderedQueue<T> extends ValueQueue<T> {
  readonly #joins: Joins;

  /** @internal */
  protected constructor(memory: QueueMemory, rankOf?: (value: T) => number) {
    const channel = memory.channel();
    super(channel, rankOf);
    this.#joins = new Joins(memory.unfinishedCount(), channel);
  }

  /**
   * One of the values that were taken is finished. Call it in the thread that took the value, or let that
   * thread live until it was called elsewhere.
   *
   * @throws TaskDoneError when it is called more often than values were put.
   */
  taskDone(): void {
    this.#joins.count.finishOne();
  }

  /** How many of the values that were put are not finished. */
  get unfinished(): number {
    return this.#joins.unfinished;
  }

  /**
   * Waits until all values that were put are finished; at once when there are none.
   *
   * @throws TasksLostError when some never will be, because the thread or process that had taken them died:
   * they count as finished then. TimeoutError after `timeout` ms, or the signal's reason.
   */
  join(options?: WaitOptions): Promise<void> {
    return this.#joins.join(options);
  }

  /** The same, blocking the thread. */
  joinSync(options?: SyncWaitOptions): void {
    this.#joins.joinSync(options);
  }
}

/**
 * A queue between threads or processes from which the value that was put last is taken first. As safe
 * against the death of its users as `Queue`; but a value must fit into its memory as a whole.
 *
 * @example
 * ```ts
 * import { LifoQueue } from '@manycore/queue';
 *
 * const stack = new LifoQueue<number>();
 * for (const n of [1, 2, 3]) await stack.put(n);
 * console.log(await stack.get()); // → 3
 * ```
 */
export class LifoQueue<T> extends OrderedQueue<T> {
  readonly #memory: QueueMemory;

  /**
   * @throws RangeError or TypeError naming the option that is wrong; ProcessesUnavailableError where scope
   * 'processes' cannot be had.
   */
  constructor(options?: QueueOptions) {
    const memory = QueueMemory.from(options, 'lifo');
    super(memory);
    this.#memory = memory;
  }

  static {
    registerHandle(this, {
      name: 'LifoQueue',
      module: import.meta.url,
      scope: (queue) => queue.#memory.scope,
      detach: (queue, to) => queue.#memory.detach(to),
      attach: (state: QueueState) => new this<unknown>(QueueMemory.arrived(state, 'lifo')),
    });
  }
}

/** What a PriorityQueue holds: a priority, lower ones first, and a value. */
export type Prioritized<T> = readonly [priority: number, value: T];

/**
 * A queue between threads or processes from which the value with the lowest priority is taken first; among
 * equals the one that was put first. As safe against the death of its users as `Queue`; but a value must fit
 * into its memory as a whole.
 *
 * @example
 * ```ts
 * import { PriorityQueue } from '@manycore/queue';
 *
 * const chores = new PriorityQueue<string>();
 * await chores.put([2, 'sweep']);
 * await chores.put([1, 'cook']);
 * const [priority, chore] = await chores.get();
 * console.log(priority, chore); // → 1 cook
 * ```
 */
export class PriorityQueue<T> extends OrderedQueue<Prioritized<T>> {
  readonly #memory: QueueMemory;

  /**
   * @throws RangeError or TypeError naming the option that is wrong; ProcessesUnavailableError where scope
   * 'processes' cannot be had.
   */
  constructor(options?: QueueOptions) {
    const memory = QueueMemory.from(options, 'priority');
    super(memory, priorityOf);
    this.#memory = memory;
  }

  static {
    registerHandle(this, {
      name: 'PriorityQueue',
      module: import.meta.url,
      scope: (queue) => queue.#memory.scope,
      detach: (queue, to) => queue.#memory.detach(to),
      attach: (state: QueueState) => new this<unknown>(QueueMemory.arrived(state, 'priority')),
    });
  }
}

function priorityOf(value: unknown): number {
  if (!Array.isArray(value) || typeof value[0] !== 'number') {
    throw new TypeError('a PriorityQueue takes pairs of a number and a value, such as [1, value]');
  }
  if (Number.isNaN(value[0])) throw new RangeError('a priority must be a number, not NaN');
  return value[0];
}

import type { SyncWaitOptions, WaitOptions } from '@manycore/core';

import { Joins } from './joinable/joins.js';
import type { OrderedQueueBlock } from './ordered-queue-block.js';
import { ValueQueue } from './value-queue.js';

/**
 * What `LifoQueue` and `PriorityQueue` can do beside what all queues can: they count which of their values are
 * finished, as Python's do. Who does not call `taskDone` and `join` need not care.
 */
export abstract class OrderedQueue<T> extends ValueQueue<T> {
  readonly #joins: Joins;

  /** @internal */
  protected constructor(block: OrderedQueueBlock, rankOf?: (value: T) => number) {
    const channel = block.channel();
    super(channel, rankOf);
    this.#joins = new Joins(block.tasks(), channel);
  }

  /**
   * One of the values that were taken is finished. Call it in the thread that took the value, or let that
   * thread live until it was called elsewhere.
   *
   * @throws TaskDoneError when it is called more often than values were put.
   */
  taskDone(): void {
    this.#joins.tasks.finishOne();
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

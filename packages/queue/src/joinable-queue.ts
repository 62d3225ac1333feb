import type { SyncWaitOptions, WaitOptions } from '@manycore/core';
import { registerHandle } from '@manycore/core/internal';

import { Joins } from './joinable/joins.js';
import { Queue } from './queue.js';
import { QueueMemory, type QueueState } from './queue-memory.js';
import type { QueueOptions } from './queue-options.js';

/**
 * A `Queue` that counts which of its values are finished: a thread that takes one calls `taskDone()` when the
 * work on it is finished, and `join()` waits until all values that were put are finished.
 *
 * Joining before anything was taken is fine: there is no feeder thread that could be left waiting. When a
 * thread or process dies with values that it had taken and not finished, `join` does not wait forever: it
 * throws TasksLostError. So call `taskDone` in the thread that took the value, or let that thread live
 * until it was called elsewhere.
 *
 * @example
 * ```ts
 * import { JoinableQueue } from '@manycore/queue';
 *
 * const tasks = new JoinableQueue<string>();
 * await tasks.put('sweep');
 * console.log(await tasks.get()); // → sweep
 * tasks.taskDone();
 * await tasks.join();
 * ```
 */
export class JoinableQueue<T> extends Queue<T> {
  readonly #memory: QueueMemory;
  readonly #joins: Joins;

  /** See `Queue`. */
  constructor(options?: QueueOptions) {
    const memory = QueueMemory.from(options, 'joinable');
    super(memory);
    this.#memory = memory;
    this.#joins = new Joins(memory.unfinishedCount(), memory.channel());
  }

  /**
   * One of the values that were taken is finished.
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
   * @throws TasksLostError when some never will be, because the thread that had taken them died: they
   * count as finished then. TimeoutError after `timeout` ms, or the signal's reason.
   */
  join(options?: WaitOptions): Promise<void> {
    return this.#joins.join(options);
  }

  /** The same, blocking the thread. */
  joinSync(options?: SyncWaitOptions): void {
    this.#joins.joinSync(options);
  }

  static {
    registerHandle(this, {
      name: 'JoinableQueue',
      module: import.meta.url,
      scope: (queue) => queue.#memory.scope,
      detach: (queue, to) => queue.#memory.detach(to),
      attach: (state: QueueState) => new this<unknown>(QueueMemory.arrived(state, 'joinable')),
    });
  }
}

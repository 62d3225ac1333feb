import { registerHandle } from '@manycore/core/internal';

import { QueueMemory, type QueueState } from './queue-memory.js';
import type { QueueOptions } from './queue-options.js';
import { ValueQueue } from './value-queue.js';

/**
 * A queue between threads or processes: many may put and many may take, first in, first out.
 *
 * It is a ring of bytes in shared memory, without a thread or process behind it. Kill any of its users at any
 * moment: no value is torn, none is delivered twice or out of order, at most the one that the killed thread or
 * process was taking is lost, and the others go on within 0.1 s. A value larger than the memory passes in
 * pieces; until it is through, others wait for their turn on that side.
 *
 * @example
 * ```ts
 * import { Queue } from '@manycore/queue';
 *
 * const queue = new Queue<string>({ maxSize: 100 });
 * await queue.put('red');
 * console.log(await queue.get()); // → red
 * ```
 */
export class Queue<T> extends ValueQueue<T> {
  readonly #memory: QueueMemory;

  /**
   * @throws RangeError or TypeError naming the option that is wrong; ProcessesUnavailableError where scope
   * 'processes' cannot be had.
   */
  constructor(options?: QueueOptions) {
    const memory = QueueMemory.from(options, 'fifo');
    super(memory.channel());
    this.#memory = memory;
  }

  static {
    registerHandle(this, {
      name: 'Queue',
      module: import.meta.url,
      scope: (queue) => queue.#memory.scope,
      detach: (queue, to) => queue.#memory.detach(to),
      attach: (state: QueueState) => new this<unknown>(QueueMemory.arrived(state, 'fifo')),
    });
  }
}

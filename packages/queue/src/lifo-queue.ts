import { registerHandle } from '@manycore/core/internal';

import { arrivedBlock } from './arrived-block.js';
import { OrderedQueue } from './ordered-queue.js';
import { OrderedQueueBlock } from './ordered-queue-block.js';
import type { QueueState } from './queue-block.js';
import type { QueueOptions } from './queue-options.js';

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
  readonly #block: OrderedQueueBlock;

  /**
   * @throws RangeError or TypeError naming the option that is wrong; ProcessesUnavailableError where scope
   * 'processes' cannot be had.
   */
  constructor(options?: QueueOptions) {
    const block = OrderedQueueBlock.from(options, 'lifo');
    super(block);
    this.#block = block;
  }

  static {
    registerHandle(this, {
      name: 'LifoQueue',
      module: import.meta.url,
      scope: (queue) => queue.#block.scope,
      detach: (queue, to) => queue.#block.detach(to),
      attach: (state: QueueState) => {
        return new this<unknown>(new OrderedQueueBlock(arrivedBlock(state), 'lifo').arrived(state));
      },
    });
  }
}

import { registerHandle } from '@manycore/core/internal';

import { arrivedBlock } from './arrived-block.js';
import { OrderedQueue } from './ordered-queue.js';
import { OrderedQueueBlock } from './ordered-queue-block.js';
import type { QueueState } from './queue-block.js';
import type { QueueOptions } from './queue-options.js';

/** What a PriorityQueue holds: a priority, lower ones first, and whatever belongs to it. */
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
  readonly #block: OrderedQueueBlock;

  /**
   * @throws RangeError or TypeError naming the option that is wrong; ProcessesUnavailableError where scope
   * 'processes' cannot be had.
   */
  constructor(options?: QueueOptions) {
    const block = OrderedQueueBlock.from(options, 'priority');
    super(block, priorityOf);
    this.#block = block;
  }

  static {
    registerHandle(this, {
      name: 'PriorityQueue',
      module: import.meta.url,
      scope: (queue) => queue.#block.scope,
      detach: (queue, to) => queue.#block.detach(to),
      attach: (state: QueueState) => {
        return new this<unknown>(new OrderedQueueBlock(arrivedBlock(state), 'priority').arrived(state));
      },
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

import { registerHandle } from '@manycore/core/internal';

import { arrivedBlock } from './arrived-block.js';
import { QueueBlock, type QueueState } from './queue-block.js';
import type { QueueOptions } from './queue-options.js';
import { ValueQueue } from './value-queue.js';

/**
 * A queue between threads or processes: many may put and many may take, first in, first out.
 *
 * It is a ring of bytes in shared memory, without a thread or process behind it. Kill anyone who uses it
 * at any moment: no value is torn, none is delivered twice or out of order, at most the one that the dead
 * party was just taking is gone, and the others go on, after 0.1 s at most. A value larger than the memory
 * passes in pieces; as long as it does, others wait for their turn on that side.
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
  readonly #block: QueueBlock;

  /**
   * @throws RangeError or TypeError naming the option that is wrong; ProcessesUnavailableError where scope
   * 'processes' cannot be had.
   */
  constructor(options?: QueueOptions) {
    const block = QueueBlock.from(options);
    super(block.channel());
    this.#block = block;
  }

  static {
    registerHandle(this, {
      name: 'Queue',
      module: import.meta.url,
      scope: (queue) => queue.#block.scope,
      detach: (queue, to) => queue.#block.detach(to),
      attach: (state: QueueState) => new this<unknown>(new QueueBlock(arrivedBlock(state)).arrived(state)),
    });
  }
}

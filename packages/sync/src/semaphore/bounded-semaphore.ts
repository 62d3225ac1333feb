import { registerHandle } from '@manycore/core/internal';
import type { SharedBlock } from '@manycore/memory';

import { ExistingBlock, type SyncOptions } from '../waiting/existing-block.js';
import { createPermits } from './permits.js';
import { Semaphore } from './semaphore.js';

/**
 * A `Semaphore` that never has more permits than it began with: releasing one too many, a mistake that
 * would go unnoticed, throws.
 *
 * @example
 * ```ts
 * import { BoundedSemaphore } from '@manycore/sync';
 *
 * const seats = new BoundedSemaphore(2);
 * try {
 *   seats.release();
 * } catch (error) {
 *   console.log((error as Error).name); // → NotHeldError
 * }
 * ```
 */
export class BoundedSemaphore extends Semaphore {
  /** @param permits how many there are at first, and at most: 0 or more, 1 unless told. */
  constructor(permits = 1, options?: SyncOptions) {
    super(
      permits,
      options instanceof ExistingBlock
        ? options
        : new ExistingBlock(createPermits(permits, options, true)),
    );
  }

  static {
    registerHandle(this, {
      name: 'BoundedSemaphore',
      module: import.meta.url,
      scope: (semaphore) => this.blockOf(semaphore).scope,
      detach: (semaphore) => this.blockOf(semaphore),
      attach: (block: SharedBlock) => new this(0, new ExistingBlock(block)),
    });
  }
}

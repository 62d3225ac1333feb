import type { SharedBlock } from '@manycore/memory';

/**
 * Blocks of a pool's workers that have exited, for the next ones: each has a descriptor, and what is left to the garbage
 * collector comes back late. They are dropped with the last worker, whatever still refers to the pool: an error of a
 * worker's death, for example, refers to all that was on its stack.
 */
export class SpareBlocks {
  #blocks: SharedBlock[] | undefined = [];

  take(): SharedBlock | undefined {
    return this.#blocks?.pop();
  }

  put(block: SharedBlock): void {
    this.#blocks?.push(block);
  }

  /** No worker will be started any more. */
  end(): void {
    this.#blocks = undefined;
  }
}

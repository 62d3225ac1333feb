import type { SharedBlock } from '@manycore/memory';

/**
 * One participant's access to the words that a primitive lives in. The transition functions of
 * `protocol/` know nothing else of the world, so the model checker can stand in for all of it.
 */
export interface Party {
  readonly words: Int32Array;
  /** The owner id of the calling thread: positive, below 2 ** 30. */
  readonly self: number;
  /** Whether the owner with this id still lives. */
  alive(id: number): boolean;
  /** Wakes up to `count` sleepers of a word; how many were woken. */
  wake(index: number, count: number): number;
}

/** The calling thread as a party to a block. */
export class BlockParty implements Party {
  readonly block: SharedBlock;
  readonly words: Int32Array;
  readonly self: number;

  constructor(block: SharedBlock) {
    this.block = block;
    this.words = block.words;
    this.self = block.owners.self();
  }

  alive(id: number): boolean {
    return this.block.owners.alive(id);
  }

  wake(index: number, count: number): number {
    return this.block.parker.notify(this.words, index, count);
  }
}

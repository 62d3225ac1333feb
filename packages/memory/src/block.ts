import { type HandleType, registerHandle } from '@manycore/core/internal';

import { ProcessesBlock, type ProcessesState } from './processes/processes-block.js';
import { type Scope, scopeOf, type SharedBlock } from './shared-block.js';
import { ThreadsBlock, type ThreadsState } from './threads/threads-block.js';

/** What the constructors of shared values take. */
export interface ShareOptions {
  /** Which parties can reach it: the threads of this process (`'threads'`, the default), or other processes too. */
  readonly scope?: Scope | undefined;
}

/** Stands in for the options where a handle arrives: the value exists, in this block. */
export class ArrivedBlock implements ShareOptions {
  readonly scope: Scope;
  readonly block: SharedBlock;

  constructor(block: SharedBlock) {
    this.block = block;
    this.scope = block.scope;
  }
}

/** Blocks begin and end on a cache line, so that two of them never slow each other down. */
const line = 64;

const blockType: HandleType<ThreadsBlock | ProcessesBlock, ThreadsState | ProcessesState> = {
  name: 'SharedBlock',
  module: import.meta.url,
  scope: (block) => block.scope,
  detach: (block, to) => block.detach(to),
  attach: (state) =>
    state.scope === 'threads' ? ThreadsBlock.attach(state) : ProcessesBlock.attach(state),
};
registerHandle(ThreadsBlock, blockType);
registerHandle(ProcessesBlock, blockType);

/** From now on the block's memory is never used for another: views of it may outlive the block. */
export function exposeBlock(block: SharedBlock): void {
  if (block instanceof ProcessesBlock) block.expose();
}

/**
 * Makes a block of shared memory, all zero. `byteLength` is in bytes and rounded up to the next multiple
 * of 64. Memory of scope 'threads' is freed when no thread can reach it any more; that of scope
 * 'processes' when no thread of any process holds it and no message that holds it is in flight.
 *
 * @throws RangeError when `byteLength` is not a positive whole number, or too large; ManycoreError
 * (`MANYCORE_SHARED_MEMORY_LIMIT`) when this process has as many shared memories as the system allows;
 * ProcessesUnavailableError where scope 'processes' cannot be had.
 *
 * @example
 * ```ts
 * import { allocate } from '@manycore/memory';
 *
 * const block = allocate(8, 'threads');
 * Atomics.add(block.words, 0, 1);
 * console.log(block.words[0]); // → 1
 * ```
 */
export function allocate(byteLength: number, scope: Scope): SharedBlock {
  if (!Number.isSafeInteger(byteLength) || byteLength <= 0) {
    throw new RangeError(`byteLength must be a positive whole number of bytes, not ${byteLength}`);
  }
  const size = Math.ceil(byteLength / line) * line;
  return scopeOf(scope) === 'threads' ? ThreadsBlock.allocate(size) : ProcessesBlock.allocate(size);
}

import { registerHandle } from '@manycore/core';

import type { Owners } from './owners.js';
import type { Parker } from './parker.js';
import type { Scope } from './scope.js';
import type { SharedBlock } from './shared-block.js';
import { type ThreadOwners, threadOwners, threadOwnersOf } from './threads/thread-owners.js';
import { threadsParker } from './threads/threads-parker.js';

/** What crosses to another thread. */
interface ThreadsState {
  readonly buffer: SharedArrayBuffer;
  /** The table of owners: see thread-owners.ts. */
  readonly owners: SharedArrayBuffer;
}

/** A block that the threads of one process share: a buffer of its own. */
class ThreadsBlock implements SharedBlock {
  readonly scope: Scope = 'threads';
  readonly words: Int32Array;
  readonly bytes: Uint8Array;
  readonly parker: Parker = threadsParker;
  readonly owners: Owners;
  readonly #state: ThreadsState;

  constructor(buffer: SharedArrayBuffer, owners: ThreadOwners) {
    this.#state = { buffer, owners: owners.table.buffer };
    this.words = new Int32Array(buffer);
    this.bytes = new Uint8Array(buffer);
    this.owners = owners;
  }

  static {
    registerHandle(ThreadsBlock, {
      name: 'SharedBlock',
      module: import.meta.url,
      scope: () => 'threads',
      detach: (block) => block.#state,
      attach: (state: ThreadsState) =>
        new ThreadsBlock(state.buffer, threadOwnersOf(state.owners)),
    });
  }
}

/** Blocks begin and end on a cache line, so that two of them never slow each other down. */
const line = 64;

/**
 * Makes a block of shared memory, all zero, that lives as long as anyone can reach it. `byteLength` is
 * in bytes and rounded up to the next multiple of 64.
 *
 * Throws a RangeError when `byteLength` is not a positive whole number, or more than there is room for.
 *
 * ```ts
 * const block = allocate(8, 'threads');
 * Atomics.add(block.words, 0, 1);
 * ```
 */
export function allocate(byteLength: number, scope: Scope): SharedBlock {
  if (!Number.isSafeInteger(byteLength) || byteLength <= 0) {
    throw new RangeError(`byteLength must be a positive whole number of bytes, not ${byteLength}`);
  }
  const size = Math.ceil(byteLength / line) * line;
  if (scope === 'processes') throw new Error('not yet');
  return new ThreadsBlock(new SharedArrayBuffer(size), threadOwners);
}

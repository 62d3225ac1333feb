import type { Owners } from './owners.js';
import type { Parker } from './parker.js';
import type { Scope } from './scope.js';

/**
 * A piece of memory that several threads or processes see, with the means to wait on its words. Every
 * primitive is written once over it. A block is a handle: it crosses by reference, never by copy.
 *
 * Keep the block, or its `words` or `bytes`, for as long as you use the memory: a view made from
 * `words.buffer` does not keep memory of scope 'processes' from being used for another block.
 */
export interface SharedBlock {
  readonly scope: Scope;
  /** The whole block as words; all zero at first. In scope 'processes' it begins on a cache line. */
  readonly words: Int32Array;
  /** The same memory as bytes. */
  readonly bytes: Uint8Array;
  readonly parker: Parker;
  readonly owners: Owners;
}
